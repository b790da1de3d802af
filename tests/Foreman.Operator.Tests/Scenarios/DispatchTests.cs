using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The command against a real operator, real agent programs, a scripted model and a clone of this machine.</summary>
public sealed class DispatchTests : IDisposable
{
    private const string Prompt = "mend calc.py";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly StepCall[][] Script =
    [
        [StepCall.Of("write_file", ("path", "calc.py"), ("content", "def add(a, b):\n    return a + b\n"))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "add adds now"), ("commit_message", "Make add add"))],
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_change_in_a_clone_is_followed_to_its_branch_and_its_diff(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        var space = await cluster.NewNamespaceAsync();
        var clone = await CloneAsync();
        await using var host = await HostAsync(fleet, cluster, space, model, ("FOREMAN_ALLOW_LOCAL_REPOS", "true"));
        string[] work = ["42", "--repo", clone.Path, "--prompt", Prompt, "--model", StepModel.Name, "--gate", "generic", "--gate-command", "test=grep -q 'a + b' calc.py", "--wait"];

        var first = await DispatchAsync(cluster, space, work);

        Assert.True(first.Code == 0, $"{first.Error}\n{first.Out}\n{host.Process.Output}");
        Assert.Contains("Task clone-issue-42 was created in namespace " + space, first.Out, StringComparison.Ordinal);
        Assert.Matches("(?s)task +clone-issue-42 (Scheduled|Running) on .*task +clone-issue-42 Succeeded, verdict GO.*\nGO: add adds now\n", first.Out);
        Assert.Contains("  test     GATE-PASS", first.Out, StringComparison.Ordinal);
        Assert.Contains("\n+    return a + b\n", first.Out, StringComparison.Ordinal);
        Assert.Contains("The branch foreman/issue-42 of file://", first.Out, StringComparison.Ordinal);
        Assert.Contains($"  git -C {clone.Path} show foreman/issue-42", first.Out, StringComparison.Ordinal);
        var commit = (await clone.RunAsync("rev-parse", "foreman/issue-42")).Trim();

        // The same words again make no second task on the same branch; a program gets the same in one line.
        var again = await DispatchAsync(cluster, space, [.. work, "-o", "json"]);

        var json = JsonNode.Parse(Assert.Single(again.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal((0, "GO", false, commit), (again.Code, (string?)json["verdict"], (bool)json["created"]!, (string?)json["commitSHA"]));
        Assert.Contains("+    return a + b", (string)json["diff"]!["text"]!, StringComparison.Ordinal);
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
        Assert.Single((await fleet.Client.ListAsync<AgenticTask>(space)).Items);

        var other = await DispatchAsync(cluster, space, "42", "--repo", clone.Path, "--prompt", "something else");

        Assert.Equal(1, other.Code);
        Assert.Contains("asks for something else in spec.gateProfile, spec.modelRef, spec.payload.prompt", other.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await DispatchAsync(cluster, space, "--name", "clone-issue-42", "--wait")).Code);
    }

    [Theory, DevCluster(ForOperators = true)]
    public async Task An_agent_that_takes_no_clones_is_told_before_and_while_the_task_waits(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        var space = await cluster.NewNamespaceAsync();
        var clone = await CloneAsync();
        await using var host = await HostAsync(fleet, cluster, space, model);

        var refused = await DispatchAsync(cluster, space, "--repo", clone.Path, "--prompt", Prompt);

        Assert.Equal(1, refused.Code);
        Assert.Contains("on this machine", refused.Error, StringComparison.Ordinal);
        Assert.Contains("start it with --allow-local-repos", refused.Error, StringComparison.Ordinal);
        Assert.Empty((await fleet.Client.ListAsync<AgenticTask>(space)).Items);

        await using var waiting = Start(cluster, space, "--repo", clone.Path, "--prompt", Prompt, "--name", "waits", "--queue", "--wait");
        await waiting.WaitForLineAsync("task +waits Pending: 0 of [0-9]+ nodes match: .*without local repositories", Patience);
        waiting.PressControlC();

        Assert.Equal(130, await waiting.WaitForExitAsync(Patience));
        Assert.Contains("what was begun goes on", waiting.StandardError, StringComparison.Ordinal);
        Assert.Contains("foreman-operator dispatch --name waits --wait -n " + space, waiting.StandardError, StringComparison.Ordinal);
        Assert.Contains("kubectl patch agentictask waits", waiting.StandardError, StringComparison.Ordinal);
        Assert.False((await fleet.Client.ReadAsync<AgenticTask>("waits", space)).IsTerminal());
    }

    [Theory, DevCluster(ForOperators = true)]
    public async Task A_task_that_is_deleted_ends_the_wait(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        var run = DispatchAsync(cluster, space, "--prompt", "nobody does this", "--name", "gone", "--queue", "--wait", "--agent", "none-yet", "-o", "json");
        Assert.Equal(1, (await run).Code);
        Assert.Contains("Agent none-yet does not exist", (await run).Error, StringComparison.Ordinal);

        run = DispatchAsync(cluster, space, "--prompt", "nobody does this", "--name", "gone", "--queue", "--wait", "--model", "no-such-model", "-o", "json");
        await Eventually.TrueAsync(
            async () => (await fleet.Client.TryReadAsync<AgenticTask>("gone", space))?.Status.Conditions.Find(ConditionTypes.Scheduled) is not null, "the task to wait", Patience);
        await fleet.Client.DeleteAsync<AgenticTask>("gone", space);

        var ended = await run.WaitAsync(Patience);

        Assert.Equal(1, ended.Code);
        Assert.Contains("gone was deleted before it ended.", ended.Error, StringComparison.Ordinal);
        Assert.True((bool)JsonNode.Parse(ended.Out)!["deleted"]!);
    }

    [Theory, DevCluster(ForOperators = true)]
    public async Task Without_a_host_nothing_is_created_unless_it_may_wait(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await Eventually.TrueAsync(async () => (await fleet.Client.ListAsync<FleetNode>()).Items.All(n => n.Status?.Phase != FleetNodePhase.Ready || !n.Status.Conditions.IsTrue(ConditionTypes.Ready)), "hosts of other tests to be gone", Patience);

        var refused = await DispatchAsync(cluster, space, "42", "43", "--repo", "o/r");
        var queued = await DispatchAsync(cluster, space, "42", "43", "--repo", "o/r", "--queue", "-o", "json");

        Assert.Equal(1, refused.Code);
        Assert.Matches("no host has registered|hosts is Ready", refused.Error);
        Assert.Contains("--queue", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, queued.Code);
        var lines = queued.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(["o-r-issue-42", "o-r-issue-43"], lines.Select(l => (string?)l["task"]));
        Assert.All(lines, l => Assert.True((bool)l["created"]!));
        var stored = (await fleet.Client.ListAsync<AgenticTask>(space)).Items;
        Assert.Equal(["o-r-issue-42", "o-r-issue-43"], stored.Select(t => t.Name()).Order(StringComparer.Ordinal));
        Assert.All(stored, t => Assert.Equal((TaskKind.IssueFix, "o/r", true), (t.Spec.Kind, t.Spec.Payload.Repo, t.Spec.Payload.OpenPullRequest)));
    }

    [Fact]
    public async Task A_cluster_without_our_kinds_and_a_namespace_that_is_not_there_say_what_to_do()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();

        var bare = await DispatchAsync(cluster, "default", "42", "--repo", "o/r");
        await ForemanDefinitions.InstallAsync(cluster);
        var nowhere = await DispatchAsync(cluster, "nowhere", "42", "--repo", "o/r", "--queue");
        var absent = await DispatchAsync(cluster, "default", "--name", "absent", "--wait");

        Assert.Equal((1, 1, 1), (bare.Code, nowhere.Code, absent.Code));
        Assert.Contains("does not serve foreman.llmkube.dev/v1alpha1: install Foreman there", bare.Error, StringComparison.Ordinal);
        Assert.Contains("namespace nowhere does not exist", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("task absent does not exist in namespace default", absent.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task Somebody_without_rights_is_told_which_are_needed(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        var kubeconfig = await cluster.KubeconfigForAsync("somebody", space);

        var run = await CommandRunner.RunAsync("dispatch", "42", "--repo", "o/r", "-n", space, "--kubeconfig", kubeconfig);

        Assert.Equal(1, run.Code);
        Assert.Contains($"lacks rights in namespace {space}", run.Error, StringComparison.Ordinal);
        Assert.Contains("get, list, watch and create of agentictasks.foreman.llmkube.dev", run.Error, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Out, string Error)> DispatchAsync(IClusterUnderTest cluster, string space, params string[] arguments) =>
        CommandRunner.RunAsync(["dispatch", .. arguments, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath]);

    private static RealProcess Start(IClusterUnderTest cluster, string space, params string[] arguments) => RealProcess.Start(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = ["dispatch", .. arguments, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath],
    });

    private async Task<GitFolder> CloneAsync()
    {
        var clone = await GitFolder.InitAsync(_folder["clone"]);
        await clone.CommitAsync("calc.py", "def add(a, b):\n    return a - b\n");
        return clone;
    }

    // Ready by the operator's word, with the scripted model and a sandbox for the checks.
    private static async Task<AgentHost> HostAsync(TestOperator fleet, IClusterUnderTest cluster, string space, StepModel model, params (string Name, string Value)[] variables)
    {
        var environment = variables.Append(("FOREMAN_MODEL_URL", model.Url)).ToDictionary(v => v.Item1, v => (string?)v.Item2);
        var host = await AgentHost.StartAsync(cluster, fleet.Space, space, $"host-{space}", environment);
        try
        {
            var node = await Eventually.GetAsync(
                async () => await fleet.Client.TryReadAsync<FleetNode>($"host-{space}") is { Status: { } status } there
                    && status.Conditions.IsTrue(ConditionTypes.Ready) && status.Capability?.Models?.Any(m => m.Name == StepModel.Name) == true ? there : null,
                "the host to be Ready with its model",
                Patience);
            Assert.SkipUnless(node.Status!.Capability!.Sandbox.RunsCommands(), $"no sandbox works here: {node.Status.Capability.Sandbox?.Reason}");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }
}
