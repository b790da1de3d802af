using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs with the reference server of the protocol's own project, over both transports: a scripted model uses its tools and reports what they answer.</summary>
public sealed class EverythingServerTests
{
    private const string Prompt = "use the tools of the server";

    private static readonly string[] Expected =
    [
        "Echo: good morning", "The sum of 20 and 22 is 42.", "not shown, this Agent has no vision", "Resource 3", "[resource ",
        "Long running operation completed. Duration: 2 seconds, Steps: 4.",
    ];

    [Fact]
    public async Task A_run_uses_server_everything_in_the_sandbox_and_its_result_holds_the_answers()
    {
        using var harness = await InSandboxAsync("30s");
        using var model = Reporting(Script("everything"));

        var result = await harness.RunAsync(model.Url, StepModel.Name, Prompt);

        AssertReported(harness, result);
        Assert.Null(harness.Records.OfType<RunStarted>().Single().McpFaults);
    }

    [Fact]
    public async Task A_run_uses_server_everything_over_HTTP_and_its_result_holds_the_answers()
    {
        var (process, url) = await NpmMcpServers.EverythingOverHttpAsync();
        await using var server = process;
        using var harness = new LoopHarness { Agent = AgentOf(new McpServer { Name = "web", Transport = McpTransport.Http, Url = url }, "30s") };
        using var model = Reporting(Script("web"));

        var result = await harness.RunAsync(model.Url, StepModel.Name, Prompt);

        AssertReported(harness, result);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_given_up_and_the_server_is_used_on()
    {
        var (process, url) = await NpmMcpServers.EverythingOverHttpAsync();
        await using var server = process;
        using var harness = new LoopHarness { Agent = AgentOf(new McpServer { Name = "web", Transport = McpTransport.Http, Url = url }, "15s") };
        using var model = Reporting(
        [
            [Call("web", "trigger-long-running-operation", """{"duration":120,"steps":4}""")],
            [Call("web", "echo", """{"message":"still here"}""")],
            [Submit],
        ]);

        var result = await harness.RunAsync(model.Url, StepModel.Name, Prompt);

        var answers = Answers(result);
        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Contains("did not answer within 15 s", answers[0], StringComparison.Ordinal);
        Assert.Equal("Echo: still here", answers[1]);
        Assert.InRange(result.Envelope.ElapsedSec, 15, 110);
    }

    [Fact]
    public async Task Arguments_that_the_server_would_refuse_are_refused_before_it_sees_them()
    {
        using var harness = await InSandboxAsync("30s");
        using var model = Reporting(
        [
            [Call("everything", "get-sum", """{"a":"twenty"}""")],
            [Call("everything", "get-sum", """{"a":20,"b":22}""")],
            [Submit],
        ]);

        var result = await harness.RunAsync(model.Url, StepModel.Name, Prompt);

        var answers = Answers(result);
        Assert.Contains("mcp__everything__get-sum was not called", answers[0], StringComparison.Ordinal);
        Assert.Equal("The sum of 20 and 22 is 42.", answers[1]);
    }

    private static StepCall Submit => StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "used them"), ("commit_message", ""));

    private static StepCall[][] Script(string server) =>
    [
        [Call(server, "echo", """{"message":"good morning"}""")],
        [Call(server, "get-sum", """{"a":20,"b":22}""")],
        [Call(server, "get-tiny-image", "{}"), Call(server, "get-resource-reference", """{"resourceType":"Text","resourceId":3}""")],
        [Call(server, "get-resource-links", """{"count":2}""")],
        [Call(server, "trigger-long-running-operation", """{"duration":2,"steps":4}""")],
        [Submit],
    ];

    private static StepCall Call(string server, string tool, string arguments) => new($"mcp__{server}__{tool}", arguments);

    // What it submits is what it was sent: the answers have gone through the conversation.
    private static StepModel Reporting(StepCall[][] script) => new(Prompt, script)
    {
        Reporting = (_, call, results) =>
        {
            if (call.Tool != "submit_result")
            {
                return call;
            }

            var arguments = JsonNode.Parse(call.Arguments)!.AsObject();
            arguments["extra"] = new JsonObject { ["answers"] = new JsonArray([.. results.Select(r => (JsonNode)r)]) };
            return call with { Arguments = arguments.ToJsonString() };
        },
    };

    private static IReadOnlyList<string> Answers(AgentRunResult result) => [.. result.Envelope.Extra!["modelExtra"]!["answers"]!.AsArray().Select(a => (string)a!)];

    private static void AssertReported(LoopHarness harness, AgentRunResult result)
    {
        Assert.True(result.Envelope.Verdict == Verdict.Go, $"{result.Envelope.Summary}\n{harness.Transcript()}");
        var answers = Answers(result);
        Assert.Equal(Expected.Length, answers.Count);
        Assert.All(Expected.Zip(answers), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(6, result.Usage.Turns);
    }

    private static AgentSpec AgentOf(McpServer server, string callTimeout) => new()
    {
        Role = AgentRole.Coder,
        Tools = ["read_file", "submit_result"],
        Mcp = new AgentMcp { Enabled = true, CallTimeout = callTimeout, Servers = [server] },
    };

    private static async Task<LoopHarness> InSandboxAsync(string callTimeout)
    {
        var server = NpmMcpServers.In("node_modules", "everything", "server-everything", "stdio") with { Command = "node" };
        var harness = new LoopHarness { Cage = await InstalledServers.CageAsync(), Agent = AgentOf(server, callTimeout) };
        InstalledServers.LinkIn(harness.Workspace);
        return harness;
    }
}
