using System.Security.Cryptography;
using System.Text;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Tools.Audit;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs whose model makes calls that are answered without being run: each is told to the audit, once.</summary>
public sealed class RefusedCallsTests
{
    private const string Unlisted = """{"path":"a","content":"x"}""";

    private readonly Recorded _audit = new();

    [Fact]
    public async Task Unlisted_unknown_malformed_and_restricted_calls_are_told_to_the_audit()
    {
        await using var server = new ScriptedServer(
        [
            ScriptedServer.Call("write_file", Unlisted),
            ScriptedServer.Call("no_such_tool", "{}"),
            ScriptedServer.Call("read_file", "[1,2]"),
            .. Enumerable.Repeat(ScriptedServer.Call("read_file", """{"path":"a"}"""), 9),
        ]);
        using var harness = new LoopHarness
        {
            Audit = _audit,
            Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["read_file"], MaxRetries = 0, StuckLoopDetection = new StuckLoopDetection { RepeatedToolThreshold = 2 } },
        };
        harness.Write("a", "text");

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Outcomes.StuckLoop, (string?)result.Envelope.Extra!["outcome"]);
        Assert.Equal(
            ["write_file Refused", "no_such_tool Refused", "read_file Refused", "read_file Succeeded", "read_file Succeeded", "read_file Succeeded", "read_file Refused"],
            _audit.Calls.Select(c => $"{c.Tool} {c.Outcome}"));
        Assert.Equal([ToolClasses.Read | ToolClasses.Write, ToolClasses.None, ToolClasses.Read], _audit.Calls.Take(3).Select(c => c.Classes));
        Assert.Equal(["write_file", "no_such_tool"], _audit.Calls.Where(c => c.IsDenied).Select(c => c.Tool));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Unlisted))), _audit.Calls[0].ArgumentsSha256);
        Assert.Equal(harness.Records.OfType<ToolReturned>().Count(), _audit.Calls.Count);
    }

    [Fact]
    public async Task Calls_that_were_cut_are_told_too_also_those_that_end_the_run()
    {
        await using var server = new ScriptedServer(ScriptedServer.Events(
            ScriptedServer.CallDelta("read_file", """{"path":"a"""),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"length"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}""",
            "[DONE]"));
        using var harness = new LoopHarness { Audit = _audit, Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["read_file"], MaxRetries = 0 } };

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(LoopRules.MaxTruncatedReprompts + 1, server.Bodies.Count);
        Assert.Equal(Enumerable.Repeat("read_file Refused", LoopRules.MaxTruncatedReprompts + 1), _audit.Calls.Select(c => $"{c.Tool} {c.Outcome}"));
    }

    [Fact]
    public async Task Calls_behind_an_accepted_result_are_told_too()
    {
        await using var server = new ScriptedServer(ScriptedServer.Events(
            ScriptedServer.CallDelta("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Do it"}"""),
            ScriptedServer.CallDelta("read_file", """{"path":"a"}""", index: 1),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}""",
            "[DONE]"));
        using var harness = new LoopHarness { Audit = _audit, Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["read_file"], MaxRetries = 0 } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Equal(["submit_result Succeeded", "read_file Refused"], _audit.Calls.Select(c => $"{c.Tool} {c.Outcome}"));
    }

    private sealed class Recorded : IToolAudit
    {
        public List<AuditedCall> Calls { get; } = [];

        public void Record(AuditedCall call) => Calls.Add(call);
    }
}
