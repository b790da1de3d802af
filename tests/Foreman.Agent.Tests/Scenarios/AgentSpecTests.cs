using System.Text.Json;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

/// <summary>What an Agent says of its commands and MCP servers, through a whole run of the real program with its own sandbox.</summary>
public sealed class AgentSpecTests
{
    private const string Prompt = "Do what the script says.";

    [Theory, DevCluster]
    public async Task Commands_reach_the_hosts_of_spec_egress_and_no_other(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var model = new StepModel(
            Prompt,
            [Bash("curl -sS -m 20 http://listed.invalid/; echo")],
            [Bash("curl -sS -m 20 http://other.invalid/")],
            [Submit]);
        await using var agent = await JoinedAsync(fleet, model);

        var (task, results) = await RunAsync(fleet, agent, model, s => s with { Egress = ["listed.invalid"], BashTimeoutSeconds = 60 });

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.DoesNotContain("not listed", results[0], StringComparison.Ordinal);
        Assert.Contains("foreman: listed.invalid:80: ", results[0], StringComparison.Ordinal);
        Assert.Contains("[network: other.invalid:80 was refused 1 times: it is not listed in the Agent's spec.egress, which has listed.invalid]", results[1], StringComparison.Ordinal);
    }

    [Theory, DevCluster]
    public async Task An_entry_of_spec_egress_that_is_wrong_ends_the_run(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var model = new StepModel(Prompt, [Submit]);
        await using var agent = await JoinedAsync(fleet, model);

        var (task, _) = await RunAsync(fleet, agent, model, s => s with { Egress = ["169.254.169.254"] });

        Assert.Equal((TaskPhase.Failed, FailureReason.Unsupported), (task.Status.Phase, task.Status.FailureReason));
        Assert.Contains("spec.egress", task.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
    }

    [Theory, DevCluster]
    public async Task A_command_gets_its_seconds_and_refusals_stand_in_the_audit_log_and_in_Events(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var model = new StepModel(
            Prompt,
            [Bash("echo begun; sleep 100")],
            [Bash("exit 3"), StepCall.Of("write_file", ("path", "a"), ("content", "x")), StepCall.Of("delete_everything")],
            [Submit]);
        await using var agent = await JoinedAsync(fleet, model);

        var (task, results) = await RunAsync(fleet, agent, model, s => s with { BashTimeoutSeconds = 5 });

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.StartsWith("begun\n[the command was ended: it was not done after 5 s", results[0], StringComparison.Ordinal);
        var lines = (await File.ReadAllLinesAsync(Path.Combine(agent.StateDir, "audit", "audit.jsonl"))).Select(l => JsonElement.Parse(l)).ToList();
        Assert.Equal(
            ["bash allowed succeeded ", "bash allowed succeeded 3", "write_file refused refused ", "delete_everything refused refused ", "submit_result allowed succeeded "],
            lines.Select(l => $"{l.GetProperty("tool")} {l.GetProperty("decision")} {l.GetProperty("outcome")} {l.GetProperty("exitCode")}"));
        var events = (await fleet.Kubernetes.ListAsync<CoreV1Event>(fleet.Namespace)).Items.Where(e => e.Reason == Reasons.ToolDenied && e.InvolvedObject?.Uid == task.Uid());
        Assert.Equal(
            ["attempt 1: the model asked for the tool `delete_everything` and was refused: this run may not use it, or there is no such tool", "attempt 1: the model asked for the tool `write_file` and was refused: this run may not use it, or there is no such tool"],
            events.Select(e => e.Message).Order(StringComparer.Ordinal));
        Assert.All(lines, l => Assert.Equal((task.Uid(), 1), (l.GetProperty("taskUid").GetString(), l.GetProperty("attempt").GetInt32())));
    }

    [Theory, DevCluster]
    public async Task A_dead_MCP_server_is_named_in_the_transcript_the_result_and_a_condition(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var model = new StepModel(Prompt, [StepCall.Of("mcp__tracker__search", ("text", "x"))], [Submit]);
        await using var agent = await JoinedAsync(fleet, model);
        AgenticTask? running = null;
        model.Passing = async (step, moment) =>
        {
            // The condition comes while the run goes on, with the first report of progress.
            running = (step, moment) == (1, StepMoment.Asked)
                ? await fleet.WhenTaskAsync("task", t => t.Status.Conditions.Find(ConditionTypes.McpDegraded) is not null, "the condition to be written")
                : running;
        };
        var dead = new McpServer { Name = "tracker", Transport = McpTransport.Http, Url = $"http://127.0.0.1:{FreePort.NextClosed()}/mcp" };

        var (task, results) = await RunAsync(fleet, agent, model, s => s with { Mcp = new AgentMcp { Enabled = true, CallTimeout = "5s", Servers = [dead] } });

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.StartsWith("error: there is no tool `mcp__tracker__search`", results[0], StringComparison.Ordinal);
        var started = JsonElement.Parse((await File.ReadAllLinesAsync(TranscriptOf(agent, task)))[0]);
        var fault = Assert.Single(started.GetProperty("mcpFaults").EnumerateArray()).GetString();
        Assert.StartsWith("MCP server tracker: ", fault, StringComparison.Ordinal);
        Assert.Equal(fault, (string?)Assert.Single(task.Status.Result!["extra"]!["mcpFaults"]!.AsArray()));
        Assert.Equal(TaskPhase.Running, running?.Status.Phase);
        Assert.Equal(running!.Status.Conditions.Find(ConditionTypes.McpDegraded), task.Status.Conditions.Find(ConditionTypes.McpDegraded));
        var condition = task.Status.Conditions.Find(ConditionTypes.McpDegraded)!;
        Assert.Equal((Conditions.True, Reasons.McpServersSkipped), (condition.Status, condition.Reason));
        Assert.StartsWith("goes on without: MCP server tracker: ", condition.Message, StringComparison.Ordinal);
    }

    private static StepCall Submit => StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "done"), ("commit_message", ""));

    private static StepCall Bash(string command) => StepCall.Of("bash", ("command", command));

    private static string TranscriptOf(AgentUnderTest agent, AgenticTask task) => Path.Combine(agent.StateDir, "transcripts", $"{task.Uid()}-1.jsonl");

    private static async Task<AgentUnderTest> JoinedAsync(FleetUnderTest fleet, StepModel model)
    {
        var agent = await AgentUnderTest.JoinedAsync(fleet, "--agent-mode=native", "--model-url", model.Url);
        var sandbox = (await fleet.NodeAsync(agent.Node)).Status?.Capability?.Sandbox;
        if (sandbox?.Mode != SandboxMode.Full)
        {
            await agent.DisposeAsync();
            Assert.Skip($"this host has no full sandbox: {sandbox?.Reason}");
        }

        return agent;
    }

    /// <summary>Runs a task to its end; the results are those of its calls, in order.</summary>
    private static async Task<(AgenticTask Task, IReadOnlyList<string> Results)> RunAsync(FleetUnderTest fleet, AgentUnderTest agent, StepModel model, Func<AgentSpec, AgentSpec> change)
    {
        await fleet.Kubernetes.CreateAsync(new Foreman.Api.Agent
        {
            Metadata = new V1ObjectMeta { Name = "worker", NamespaceProperty = fleet.Namespace },
            Spec = change(BuiltInAgent.Spec with { Tools = ["read_file", "bash", "submit_result"] }),
        });
        await fleet.AssignNewTaskAsync("task", agent.Node, Prompt, new PromisedModel { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = model.Url }, "worker");
        var task = await fleet.WhenTaskAsync("task", t => t.IsTerminal(), "the task to end");
        var records = (await File.ReadAllLinesAsync(TranscriptOf(agent, task))).Select(l => JsonElement.Parse(l)).Where(r => r.GetProperty("type").GetString() == "result");
        return (task, [.. records.Select(r => r.GetProperty("content").GetString()!)]);
    }
}
