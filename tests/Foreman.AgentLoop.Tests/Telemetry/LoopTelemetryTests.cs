using System.Collections.Concurrent;
using System.Diagnostics;
using Foreman.AgentLoop.Telemetry;
using Foreman.AgentLoop.Tests.Model;

namespace Foreman.AgentLoop.Tests.Telemetry;

public sealed class LoopTelemetryTests
{
    [Fact]
    public async Task A_run_leaves_a_span_for_itself_each_request_and_each_tool_and_no_content()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var root = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == LoopTelemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                if (a.TraceId == root.TraceId)
                {
                    spans.Enqueue(a);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = new ScriptedServer(ScriptedServer.Call("write_file", """{"path":"a.txt","content":"canary"}"""), ScriptedServer.Submit());
        using var harness = new LoopHarness();

        await harness.RunAsync(server.Endpoint with { ApiKey = "canary" }, "the canary sings");

        Assert.Equal(
            ["chat tiny", "execute_tool write_file", "chat tiny", "execute_tool submit_result", "invoke_agent"],
            spans.Select(s => s.OperationName));
        var agent = spans.Last();
        Assert.All(spans.SkipLast(1), s => Assert.Equal(agent.SpanId, s.ParentSpanId));
        Assert.Equal(200L, agent.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal("chat", spans.First().GetTagItem("gen_ai.operation.name"));
        Assert.DoesNotContain("canary", string.Join(' ', spans.SelectMany(s => s.TagObjects).Select(t => $"{t.Key}={t.Value}")), StringComparison.Ordinal);
    }
}
