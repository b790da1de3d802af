using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Simulate;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Simulate;

public class RecordingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Tasks_that_ran_are_recorded_without_what_they_say()
    {
        var node = Sample.Node("a");
        node = node with { Status = node.Status! with { Capability = new() { Models = [new() { Name = "qwen", DecodeTokensPerSecond = 33 }] } } };
        var second = Ended("second", created: 60, (100, 160), (200, 230));

        var trace = Recording.Of([second, Ended("first", created: 0, (10, 20)), Ended("never", created: 5), Sample.Task("waits"), Ended("old", created: -9000, (-8000, -7000))], [node], Noon.AddHours(-1));

        Assert.Equal([("first", 0, 10), ("second", 60, 90)], trace.Select(t => (t.Task.Name(), (int)t.At.TotalSeconds, (int)t.Runs.TotalSeconds)));
        Assert.Equal([33.0, 33.0], trace.Select(t => t.Speed!.Value));
        Assert.DoesNotContain("Say hello", TraceFile.Line(trace[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_and_budgets_are_recorded_for_quotas()
    {
        var task = Ended("t", created: 0, (10, 20), (30, 50));
        task = task with
        {
            Spec = task.Spec with { Budget = new() { Tokens = 9000, Seconds = 60 } },
            Status = task.Status with
            {
                Attempts =
                [
                    task.Status.Attempts[0] with { Outcome = AttemptOutcome.Succeeded, Usage = new() { PromptTokens = 1000, CachedTokens = 800, CompletionTokens = 50 } },
                    task.Status.Attempts[1] with { Outcome = AttemptOutcome.Succeeded, Usage = new() { PromptTokens = 500, CompletionTokens = 10 } },
                ],
            },
        };

        var recorded = Assert.Single(Recording.Of([task], [], Noon.AddHours(-1)));

        Assert.Equal((new RunTokens(1560, 800), new TaskBudget { Tokens = 9000, Seconds = 60 }), (recorded.Tokens, recorded.Task.Spec.Budget));
        Assert.Equal(default, Assert.Single(Recording.Of([Ended("none", created: 0, (10, 20))], [], Noon.AddHours(-1))).Tokens);
    }

    [Fact]
    public void A_host_is_recorded_without_texts_and_logins()
    {
        var node = Sample.Node("a");
        node = node with
        {
            Spec = node.Spec with { TailscaleAddr = "canary", Drain = new() { Reason = "canary" } },
            Status = node.Status! with
            {
                NotAccepting = [new() { Reason = "DiskPressure", Message = "canary" }],
                Conditions = [new() { Type = ConditionTypes.Ready, Status = Conditions.True, Reason = Reasons.HeartbeatFresh, Message = "canary" }],
                Capability = new()
                {
                    ModelServers = [new() { Url = "http://u:canary@127.0.0.1:8080", ReachableURL = "http://u:canary@10.0.0.7:8080", Reason = "canary" }],
                    Models = [new() { Name = "qwen", Server = "http://u:canary@127.0.0.1:8080" }],
                    Accelerators = [new() { Name = "card", Reason = "canary" }],
                    Sandbox = new() { Mode = SandboxMode.None, Reason = "canary" },
                },
            },
        };

        var fleet = Recording.Of(new FleetFile([node], [], []));

        Assert.DoesNotContain("canary", string.Concat(fleet.Lines()), StringComparison.Ordinal);
        var capability = fleet.Nodes[0].Status!.Capability!;
        Assert.Equal(("http://127.0.0.1:8080", "http://127.0.0.1:8080"), (capability.ModelServers![0].Url, capability.Models![0].Server));
    }

    [Fact]
    public void Order_and_files_are_recorded_and_a_login_is_not()
    {
        var first = Ended("first", created: 0, (10, 20));
        var task = Ended("task", created: 60, (100, 160));
        task = task with
        {
            Metadata = task.Metadata with { Annotations = new Dictionary<string, string> { [Labels.QueuedSince] = "2026-11-01T11:59:30Z", [Labels.Rank] = "7", [Labels.Intent] = "words" } },
            Spec = task.Spec with
            {
                Payload = new()
                {
                    Repo = "https://me:hunter2@forge.example/o/r?token=hunter2",
                    Prompt = "p",
                    Inputs =
                    [
                        new() { Path = "large", Host = "a", FromTask = new() { Name = "first", Path = "out" } },
                        new() { Path = "small", Url = "https://x.example/?key=hunter2", Content = [1, 2, 3] },
                    ],
                },
            },
        };

        var recorded = Recording.Of([first, task], [], Noon.AddHours(-1))[1];

        Assert.Equal((TimeSpan.FromSeconds(-30), "https://forge.example/o/r"), (recorded.QueuedAt, recorded.Task.Spec.Payload.Repo));
        Assert.Equal([(Labels.Rank, "7")], recorded.Task.Metadata.Annotations!.Select(a => (a.Key, a.Value)));
        Assert.Equal([("large", "a", "first", true), ("small", null, null, true)], recorded.Task.Spec.Payload.Inputs!.Select(i => (i.Path, i.Host, i.FromTask?.Name, i.IsFilled())));
        Assert.DoesNotContain("hunter2", TraceFile.Line(recorded), StringComparison.Ordinal);
        Assert.DoesNotContain("AQID", TraceFile.Line(recorded), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o/r", "o/r")]
    [InlineData("/srv/r@x", "/srv/r@x")]
    [InlineData("file://mac/srv/r@x", "file://mac/srv/r@x")]
    [InlineData("https://a:b/c@forge.example/r#x", "https://forge.example/r")]
    [InlineData("git:pw@forge.example:o/r", "forge.example:o/r")]
    [InlineData("", "")]
    public void A_login_is_cut_out_of_an_address(string address, string expected) => Assert.Equal(expected, Recording.WithoutLogin(address));

    [Fact]
    public void An_Agent_is_recorded_without_texts_and_values_and_is_judged_alike()
    {
        var agent = new Agent
        {
            Metadata = new() { Name = "coder", NamespaceProperty = "default", Annotations = new Dictionary<string, string> { ["note"] = "hunter2" } },
            Spec = new()
            {
                Role = AgentRole.Coder,
                Provider = AgentProvider.CloudProxy,
                ProviderConfig = new() { BaseURL = "https://me:hunter2@models.example/v1", Model = "m", ApiKeySecretRef = new() { Name = "hunter2", Key = "hunter2" } },
                SystemPrompt = "hunter2 is the word",
                Tools = ["bash", "unknown_tool"],
                MaxConcurrentTasks = 3,
                Mcp = new()
                {
                    Enabled = true,
                    Servers =
                    [
                        new() { Name = "files", Transport = McpTransport.Stdio, Command = "hunter2", Args = ["hunter2"], Env = [new() { Name = "TOKEN", Value = "hunter2" }] },
                        new() { Name = "web", Transport = McpTransport.Http, Url = "https://me:hunter2@x.example", Args = ["hunter2"], Headers = [new() { Name = "hunter2", ValueFrom = new() { Name = "hunter2", Key = "" } }] },
                    ],
                },
            },
        };

        var fleet = Recording.Of(new FleetFile([], [agent], []));

        Assert.DoesNotContain("hunter2", string.Concat(fleet.Lines()), StringComparison.Ordinal);
        Assert.Equal(3, fleet.Agents[0].Spec.MaxConcurrentTasks);
        Assert.Equal(AgentValidation.Validate(agent, new()), AgentValidation.Validate(fleet.Agents[0], new()));
    }

    [Fact]
    public void What_a_host_says_of_a_moment_is_not_recorded()
    {
        var node = Sample.Node("a");
        node = node with
        {
            Spec = node.Spec with { Unschedulable = true },
            Status = node.Status! with { Phase = FleetNodePhase.Draining, NotAccepting = [new() { Reason = "OnBattery" }], Slots = 3, Capability = new() { Models = [new() { Name = "m", FreeSlots = 1, Slots = 2 }] } },
        };

        var recorded = Recording.Of(new FleetFile([node], [], [])).Nodes[0];

        Assert.Equal((null, null, 3), (recorded.Status!.Phase, recorded.Status.NotAccepting, recorded.Status.Slots));
        Assert.Equal((null, 2), (recorded.Status.Capability!.Models![0].FreeSlots, recorded.Status.Capability.Models[0].Slots));
        Assert.True(recorded.Spec.Unschedulable);
    }

    private static AgenticTask Ended(string name, int created, params (int Started, int Ended)[] attempts)
    {
        var task = Sample.Task(name);
        return task with
        {
            Metadata = task.Metadata with { CreationTimestamp = Noon.AddSeconds(created) },
            Status = new()
            {
                Phase = TaskPhase.Succeeded,
                Attempts = [.. attempts.Select((a, i) => new TaskAttempt { Attempt = i + 1, Node = "a", Model = "qwen", StartedAt = Noon.AddSeconds(a.Started), EndedAt = Noon.AddSeconds(a.Ended) })],
            },
        };
    }
}
