using System.Text.Json;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Loop.TextCalls;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools;

namespace Foreman.AgentLoop.Conformance;

/// <summary>
/// Finds out how calls of tools come from a model, by at most three short questions with the client that runs use. It asks a model
/// server to compute: call it only for a loaded model, on a host that is idle.
/// </summary>
public static class ToolCallProbe
{
    /// <summary>Room for a short call, and for the thinking of a model that thinks before each answer.</summary>
    private const int MaxTokens = 512;

    private const string Argument = "text";
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private static readonly ToolDefinition Note = new(
        "note", "Notes a text.", """{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}""");

    /// <summary>Asks the model to call a tool, in one way after the other.</summary>
    /// <param name="model">Where it is.</param>
    /// <param name="contextTokens">The window that the loaded model has; a server that sets it by request would else load the model anew. Null when it is not known.</param>
    /// <param name="time">The clock of all deadlines: an answer is waited for at most 60 s.</param>
    /// <param name="mayAsk">Asked before each question; false ends the probe.</param>
    /// <param name="cancellationToken">Ends the probe at once.</param>
    /// <returns>Null when nothing can be said: the server did not answer, the model was cut, or the probe was ended.</returns>
    public static async Task<ToolCallForm?> RunAsync(
        ModelEndpoint model, int? contextTokens, TimeProvider time, Func<bool> mayAsk, CancellationToken cancellationToken)
    {
        var options = new ModelClientOptions
        {
            ResponseTimeout = AnswerTimeout,
            IdleTimeout = AnswerTimeout,
            MaxRetries = 0,
            LoadingBudget = TimeSpan.Zero,
            ContextTokens = contextTokens,
        };
        using var client = new ModelClient(model with { Alternatives = [] }, options, time, new Random(0));
        try
        {
            var name = await client.IdentifyAsync(cancellationToken).ConfigureAwait(false);
            var trials = new List<Trial>();
            while (ConformanceDecision.Next(trials) is { Next: { } mode })
            {
                if (!mayAsk())
                {
                    return null;
                }

                trials.Add(await TryAsync(client, Request(mode, name), cancellationToken).ConfigureAwait(false));
            }

            return ConformanceDecision.Next(trials).Form;
        }
        catch (ModelException)
        {
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The question in one of the modes.</summary>
    internal static ChatRequest Request(RequestMode mode, string name)
    {
        IReadOnlyList<ToolDefinition> tools = [Note];
        ChatMessage[] messages = [ChatMessage.System("Every answer must call a tool."), ChatMessage.User("Call the tool note with the text: blue")];
        return new ChatRequest
        {
            Model = name,
            Messages = ModeMessages.Of(mode, ToolPrompt.Of(mode, tools), messages),
            Tools = mode is RequestMode.Native ? tools : [],
            AnswerSchema = mode is RequestMode.Structured ? CallSchema.Of(tools) : null,
            MaxTokens = MaxTokens,
            Temperature = 0,
        };
    }

    /// <summary>What an answer shows.</summary>
    internal static Trial Judge(ChatAnswer answer)
    {
        if (answer.Calls.Any(IsRight))
        {
            return new Trial(TrialResult.Called);
        }

        if (CallsInText.Find(answer, name => name == Note.Name) is var (lifted, form) && lifted.Calls.Any(IsRight))
        {
            return new Trial(TrialResult.Called, form);
        }

        // A model that was still thinking may have called afterwards.
        var wasThinking = answer.Content.Length == 0 && answer.Calls.Count == 0 && answer.Reasoning.Length > 0;
        return new Trial(wasThinking && (answer.FinishReason is "length" || answer.Usage.CompletionTokens >= MaxTokens) ? TrialResult.Unknown : TrialResult.NotCalled);
    }

    private static async Task<Trial> TryAsync(ModelClient client, ChatRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Judge(await client.CompleteAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (ModelException e)
        {
            return new Trial(IsRefusal(e.Failure) ? TrialResult.Refused : TrialResult.Unknown);
        }
    }

    // Some servers answer 500 to tools that they have no template for.
    private static bool IsRefusal(ModelFailure failure) => failure.Kind is ModelFailureKind.Rejected
        || (failure.Kind is ModelFailureKind.ServerError && failure.Message.Contains("tool", StringComparison.OrdinalIgnoreCase));

    private static bool IsRight(RawToolCall call) => call.Name == Note.Name
        && ForeignJson.ParseOrNull(call.Arguments) is { ValueKind: JsonValueKind.Object } arguments
        && arguments.TryGetProperty(Argument, out var text) && text.ValueKind is JsonValueKind.String;
}
