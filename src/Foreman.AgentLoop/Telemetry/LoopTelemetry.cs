using System.Diagnostics;
using System.Diagnostics.Metrics;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Telemetry;

/// <summary>
/// Spans and metrics of the loop, named as OpenTelemetry's GenAI conventions name them. Contents of messages, arguments
/// and results are never recorded, nor is any key.
/// </summary>
public static class LoopTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string SourceName = "foreman.agent.loop";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Histogram<long> TokenUsage = Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Tokens of one request, by type.", advice: new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304],
        });

    // The conventions' own buckets end at 82 s; a turn of a large model on a small host takes minutes.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.04, 0.16, 0.64, 2.56, 10.24, 40.96, 163.84, 655.36, 2621.44],
    };

    private static readonly Histogram<double> ChatDuration = Meter.CreateHistogram("gen_ai.client.operation.duration", "s", "Time of one request, repetitions included.", advice: Seconds);
    private static readonly Histogram<double> ToolDuration = Meter.CreateHistogram("gen_ai.execute_tool.duration", "s", "Time of one tool call.", advice: Seconds);
    private static readonly Histogram<double> AgentDuration = Meter.CreateHistogram("gen_ai.invoke_agent.duration", "s", "Time of one run.", advice: Seconds);

    private static readonly Histogram<double> CachedShare = Meter.CreateHistogram(
        "foreman.prompt_cache.share", "1", "Part of one prompt that came from the server's cache, where the server says it.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
        });

    private static readonly Counter<long> CacheCollapses = Meter.CreateCounter<long>("foreman.prompt_cache.collapses", "{run}", "Runs whose prompts the server read anew although each began with the one before.");

    internal static void CacheCollapsed(string model) => CacheCollapses.Add(1, new KeyValuePair<string, object?>("gen_ai.request.model", model));

    internal static Activity? StartAgent(AgentRunRequest request) => Source.StartActivity("invoke_agent", ActivityKind.Internal)
        ?.SetTag("gen_ai.operation.name", "invoke_agent")
        .SetTag("gen_ai.provider.name", "openai_compatible")
        .SetTag("gen_ai.request.model", request.Model.Name)
        .SetTag("gen_ai.conversation.id", request.TaskUid)
        .SetTag("foreman.task.attempt", request.Attempt);

    internal static void EndAgent(Activity? span, AgentRunResult result, TimeSpan elapsed)
    {
        AgentDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("foreman.verdict", result.Envelope.Verdict.Value));
        _ = span?.SetTag("gen_ai.usage.input_tokens", result.Usage.PromptTokens)
            .SetTag("gen_ai.usage.output_tokens", result.Usage.CompletionTokens)
            .SetTag("foreman.turns", result.Usage.Turns)
            .SetTag("foreman.verdict", result.Envelope.Verdict.Value);
        if (result.Envelope.FailureReason is { } reason)
        {
            _ = span?.SetTag("error.type", reason.Value).SetStatus(ActivityStatusCode.Error);
        }
    }

    internal static Activity? StartChat(ModelEndpoint model, ChatRequest request) => Source.StartActivity($"chat {request.Model}", ActivityKind.Client)
        ?.SetTag("gen_ai.operation.name", "chat")
        .SetTag("gen_ai.provider.name", "openai_compatible")
        .SetTag("gen_ai.request.model", request.Model)
        .SetTag("gen_ai.request.max_tokens", request.MaxTokens)
        .SetTag("gen_ai.request.temperature", request.Temperature)
        .SetTag("gen_ai.request.stream", true)
        .SetTag("server.address", model.Url.Host)
        .SetTag("server.port", model.Url.Port);

    internal static void EndChat(Activity? span, string model, ChatAnswer answer, TimeSpan elapsed)
    {
        var name = new KeyValuePair<string, object?>("gen_ai.request.model", model);
        ChatDuration.Record(elapsed.TotalSeconds, name);
        TokenUsage.Record(answer.Usage.PromptTokens, name, new KeyValuePair<string, object?>("gen_ai.token.type", "input"));
        TokenUsage.Record(answer.Usage.CompletionTokens, name, new KeyValuePair<string, object?>("gen_ai.token.type", "output"));
        if (answer.Usage is { PromptTokens: > 0 } usage && (answer.Timings is not null || usage.CachedTokens > 0))
        {
            CachedShare.Record(Math.Min(1, (double)usage.CachedTokens / usage.PromptTokens), name);
        }

        _ = span?.SetTag("gen_ai.response.model", answer.Model)
            .SetTag("gen_ai.response.finish_reasons", answer.FinishReason is { } reason ? new[] { reason } : [])
            .SetTag("gen_ai.usage.input_tokens", answer.Usage.PromptTokens)
            .SetTag("gen_ai.usage.output_tokens", answer.Usage.CompletionTokens)
            .SetTag("gen_ai.usage.cache_read.input_tokens", answer.Usage.CachedTokens);
    }

    internal static void FailChat(Activity? span, string model, ModelFailure failure, TimeSpan elapsed)
    {
        ChatDuration.Record(
            elapsed.TotalSeconds,
            new KeyValuePair<string, object?>("gen_ai.request.model", model),
            new KeyValuePair<string, object?>("error.type", failure.Kind.ToString()));
        _ = span?.SetTag("error.type", failure.Kind.ToString()).SetStatus(ActivityStatusCode.Error);
    }

    internal static Activity? StartTool(string tool, string callId) => Source.StartActivity($"execute_tool {tool}", ActivityKind.Internal)
        ?.SetTag("gen_ai.operation.name", "execute_tool")
        .SetTag("gen_ai.tool.name", tool)
        .SetTag("gen_ai.tool.call.id", callId)
        .SetTag("gen_ai.tool.type", "function");

    internal static void EndTool(Activity? span, string tool, bool failed, TimeSpan elapsed)
    {
        ToolDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("gen_ai.tool.name", tool));
        if (failed)
        {
            _ = span?.SetTag("error.type", "tool_error").SetStatus(ActivityStatusCode.Error);
        }
    }
}
