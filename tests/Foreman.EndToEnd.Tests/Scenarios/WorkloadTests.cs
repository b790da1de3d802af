using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;
using static Foreman.EndToEnd.Tests.Fleet.PartsScene;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>A batch of issues overnight: the chart, the operator and the agents of two hosts as processes, git and a forge over HTTPS, and a model that follows scripts.</summary>
public sealed class WorkloadTests
{
    private const int Issues = 6;
    private const int Refused = 2;

    // What the coder makes of it first does not pass its checks.
    private const int Broken = 4;
    private const string Revision = "A review refused the last change";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Fact]
    public Task Six_issues_become_six_pull_requests_though_the_operator_and_the_agents_are_killed() => SixIssuesAsync(Stages()["revision"]);

    [Fact]
    public async Task They_do_at_whatever_stage_the_operator_and_the_agents_are_killed()
    {
        Assert.SkipUnless(HeldStage.AllAreTaken, "each stage takes half a minute: run .ci/long crash");
        foreach (var (stage, held) in Stages().Where(s => s.Key != "revision"))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(stage);
            await SixIssuesAsync(held);
        }
    }

    // Where a run is held until everybody is dead.
    private static Dictionary<string, HeldStage> Stages() => new(StringComparer.Ordinal)
    {
        ["coder"] = new() { InTurn = (user, step) => user.Contains("Fix issue #", StringComparison.Ordinal) && IssueOf(user) == 3 && step == 1 },
        ["verify"] = new() { InGateOf = "batch-verify-3" },
        ["push"] = new() { InCall = r => r.Method == "POST" && r.Path.Value!.EndsWith("/git-receive-pack", StringComparison.Ordinal) },
        ["review"] = new() { InTurn = (user, step) => user.Contains("Review what the branch", StringComparison.Ordinal) && step == 0 },
        ["open"] = new() { InCall = r => r.Method == "POST" && r.Path.Value!.EndsWith("/pulls", StringComparison.Ordinal) },
        ["revision"] = new() { InTurn = (user, step) => user.Contains(Revision, StringComparison.Ordinal) && IssueOf(user) == 1 && step == 1 },
    };

    private static async Task SixIssuesAsync(HeldStage stage)
    {
        await using var scene = await PartsScene.StartAsync(Issues);
        scene.Passing = stage.PassAsync;
        await using var fleet = await ForemanFleet.StartAsync();
        using var model = new StepModel(ScriptOf);
        model.PassingOf = stage.PassAsync;
        var agents = new List<AgentProcess>();
        foreach (var host in (string[])["host-a", "host-b"])
        {
            agents.Add(await fleet.StartAgentAsync(host, model.Url, more: [.. scene.Flags, "--max-concurrent-tasks", "3"], environment: scene.Trusting));
        }

        await fleet.NeedsSandboxAsync("host-a");
        await fleet.Kubectl.ApplyAsync(Agents(fleet.Namespace) + Manifests(fleet.Namespace, stage));
        await stage.KillThereAsync(fleet, agents, Patience);
        var (status, tasks) = await EndAsync(fleet);
        Assert.Equal((WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), (status.Phase, status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Equal(
            (Issues * 3, 0, 0, 0, 0, Refused),
            (status.SucceededTasks, status.FailedTasks, status.IncompleteTasks, status.AlreadyResolvedTasks, status.InFlightTasks, status.ReviewIterations));
        Assert.Equal(Names().Order(StringComparer.Ordinal), tasks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Names(), status.Tasks!.Select(t => t.Name));
        Assert.All(tasks.Values, EndedOnce);
        Assert.Contains(tasks.Values, t => t.Status.Attempts.Count > 1);
        await AreBranchesAndPullsAsync(scene, status, tasks);
        scene.Forge.Verify();
    }

    // Tasks in the order of the plan: of each issue the first round, then the revision.
    private static IEnumerable<string> Names() => Enumerable.Range(1, Issues).SelectMany(i => (IEnumerable<string>)
    [
        Text($"batch-code-{i}"), Text($"batch-verify-{i}"), Text($"batch-review-{i}-0"),
        .. i > Refused ? (string[])[] : [Text($"batch-code-{i}-r1"), Text($"batch-verify-{i}-r1"), Text($"batch-review-{i}-0-r1")],
    ]);

    private static void EndedOnce(AgenticTask task)
    {
        var name = task.Name();
        var expected = name.Contains("verify", StringComparison.Ordinal) ? Verdict.GatePass
            : name.StartsWith("batch-review", StringComparison.Ordinal) && !name.EndsWith("-r1", StringComparison.Ordinal) && IssueOfTask(task) <= Refused ? Verdict.NoGo
            : Verdict.Go;
        Assert.True((TaskPhase.Succeeded, expected) == (task.Status.Phase, task.Status.Verdict), $"{name}: {JsonSerializer.Serialize(task.Status, ApiJson.Default.AgenticTaskStatus)}");
        Assert.Single(task.Status.Attempts, a => a.Outcome == AttemptOutcome.Succeeded);
        Assert.Equal(Enumerable.Range(1, (int)task.Status.Attempt).Select(n => (long)n), task.Status.Attempts.Select(a => a.Attempt));
    }

    private static async Task AreBranchesAndPullsAsync(PartsScene scene, WorkloadStatus status, Dictionary<string, AgenticTask> tasks)
    {
        var (bare, stored) = (scene.Bare, scene.Stored);
        var issues = Enumerable.Range(1, Issues).ToList();
        var branches = (await GitFolder.GitAsync(bare, "for-each-ref", "--format=%(refname:short)")).Trim().Split('\n');
        Assert.Equal([.. issues.Select(i => Text($"foreman/batch/issue-{i}")), "main"], branches.Order(StringComparer.Ordinal));
        Assert.Equal(issues.Select(i => Text($"foreman/batch/issue-{i}")), stored.OpenPulls.Select(p => p.Branches!.Head).Order(StringComparer.Ordinal));
        Assert.All(stored.OpenPulls, p => Assert.Equal("main", p.Branches!.Base));
        Assert.Equal(
            stored.OpenPulls.Select(p => Text($"{scene.Git.Url}/{Repository}/pulls/{p.Number}")).Order(StringComparer.Ordinal), status.PullRequests!.Order(StringComparer.Ordinal));
        foreach (var issue in issues)
        {
            var branch = Text($"foreman/batch/issue-{issue}");
            var last = tasks[Text($"batch-code-{issue}{(issue <= Refused ? "-r1" : "")}")];
            Assert.Equal("right", (await GitFolder.GitAsync(bare, "show", Text($"{branch}:part-{issue}.txt"))).Trim());
            Assert.Equal((branch, (await GitFolder.GitAsync(bare, "rev-parse", branch)).Trim()), (last.Status.Branch, last.Status.CommitSHA));
            Assert.Equal(Text($"part-{issue}.txt"), (await GitFolder.GitAsync(bare, "diff", "--name-only", "main", branch)).Trim());
        }
    }

    private static async Task<(WorkloadStatus Status, Dictionary<string, AgenticTask> Tasks)> EndAsync(ForemanFleet fleet)
    {
        try
        {
            await Eventually.TrueAsync(
                async () => (await fleet.Kubectl.TryAsync("wait", "workload/batch", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=40s")).ExitCode == 0,
                "the Workload to end", Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await fleet.Kubectl.RunAsync("get", "workloads,agentictasks", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}", e);
        }

        var workload = JsonSerializer.Deserialize(await fleet.Kubectl.RunAsync("get", "workload", "batch", "-n", fleet.Namespace, "-o", "json"), Workload.TypeInfo)!;
        var listed = JsonNode.Parse(await fleet.Kubectl.RunAsync("get", "agentictasks", "-n", fleet.Namespace, "-o", "json"))!["items"]!.AsArray();
        return (workload.Status!, listed.Select(t => t.Deserialize(AgenticTask.TypeInfo)!).ToDictionary(t => t.Name()));
    }

    // Of the first issues the coder does half, and the reviewer, which sees the difference, refuses that.
    private static StepCall[][]? ScriptOf(string system, string user) => IssueOf(user) is not { } issue ? null
        : user.Contains("Review what the branch", StringComparison.Ordinal) ? [[Review(issue, refuses: system.Contains("+half", StringComparison.Ordinal))]]
        : user.Contains(Revision, StringComparison.Ordinal) ? Write(issue, "right")
        : user.Contains("Fix issue #", StringComparison.Ordinal) ? [.. issue == Broken ? Write(issue, "broken") : [], .. Write(issue, issue <= Refused ? "half" : "right")]
        : null;

    private static StepCall Review(int issue, bool refuses)
    {
        var findings = new JsonArray();
        if (refuses)
        {
            findings.Add((JsonNode)new JsonObject { ["severity"] = "major", ["file"] = Text($"part-{issue}.txt"), ["line"] = 1, ["message"] = "it is half right" });
        }

        var extra = new JsonObject { ["reviewOutcome"] = refuses ? "REQUEST-CHANGES" : "APPROVE", ["findings"] = findings };
        return new("submit_result", new JsonObject { ["verdict"] = refuses ? "NO-GO" : "GO", ["summary"] = "looked at", ["extra"] = extra }.ToJsonString());
    }

    private static int IssueOfTask(AgenticTask task) => task.Spec.Payload.Issue ?? 0;

    private static string Manifests(string space, HeldStage stage) =>
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: reviewer, namespace: {{space}}}
        spec:
          role: reviewer
          model: {{StepModel.Name}}
          systemPrompt: You review one branch per run.
          tools: [read_file, grep, fetch_issue, submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: batch, namespace: {{space}}}
        spec:
          intent: Every part is right.
          repo: {{Repository}}
          issues: [1, 2, 3, 4, 5, 6]
          coderAgentRef: {name: coder}
          verifierAgentRef: {name: gate}
          reviewerAgentRefs: [{name: reviewer}]
          gateProfile:
            language: generic
            commands:
              test: "{{stage.Gate}}! grep -q broken part-*.txt"
        """;
}
