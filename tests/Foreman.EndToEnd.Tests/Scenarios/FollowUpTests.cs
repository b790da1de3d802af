using System.Collections.Concurrent;
using System.Text.Json;
using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Testing.Forges;
using static Foreman.EndToEnd.Tests.Fleet.PartsScene;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Pull requests of a batch are followed: the forge's check of one fails and is mended, another one is merged by people. Operator and agents are processes.</summary>
public sealed class FollowUpTests
{
    private const string Revision = "The pull request of this work is open";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public Task A_failed_check_of_the_forge_is_mended_and_a_merge_ends_the_Workload_though_the_operator_is_killed() => FollowedAsync(null, "host-a");

    [Fact]
    public async Task They_do_though_the_operator_and_two_hosts_are_killed_at_any_stage_of_the_revision()
    {
        Assert.SkipUnless(HeldStage.AllAreTaken, "each stage takes half a minute: run .ci/long crash");
        await FollowedAsync(new() { InTurn = (user, step) => user.Contains(Revision, StringComparison.Ordinal) && step == 1 }, "host-a", "host-b");
        await FollowedAsync(new() { InGateOf = "batch-code-1-f1" }, "host-a", "host-b");
        await FollowedAsync(new() { InGateOf = "batch-verify-1-f1" }, "host-a", "host-b");
    }

    // Where there is a stage of the revision all processes are killed there.
    private static async Task FollowedAsync(HeldStage? stage, params string[] hosts)
    {
        await using var scene = await PartsScene.StartAsync(parts: 2);
        var changes = new ConcurrentQueue<Action>();
        scene.Forge.Fault = _ =>
        {
            // Nothing else touches what the forge keeps at that moment.
            foreach (var opened in scene.Stored.Threads.Where(t => t.Branches is not null))
            {
                TakeTip(opened, scene.Bare);
            }

            while (changes.TryDequeue(out var change))
            {
                change();
            }

            return ForgeFault.None;
        };
        await using var fleet = await ForemanFleet.StartAsync([.. scene.Flags, "--forge-poll-interval", "5s"], scene.Trusting);
        using var model = new StepModel((_, user) => IssueOf(user) is not { } issue ? null : Write(issue, user.Contains(Revision, StringComparison.Ordinal) ? "right" : "half"));
        var agents = new List<AgentProcess>();
        foreach (var host in hosts)
        {
            agents.Add(await fleet.StartAgentAsync(host, model.Url, more: [.. scene.Flags, "--max-concurrent-tasks", "2"], environment: scene.Trusting));
        }

        await fleet.NeedsSandboxAsync(hosts[0]);
        if (stage is not null)
        {
            model.PassingOf = stage.PassAsync;
        }

        await fleet.Kubectl.ApplyAsync(Agents(fleet.Namespace) + Manifests(fleet.Namespace, stage));
        await FollowsAsync(fleet, f => f.Count == 2, "both pull requests are followed");
        changes.Enqueue(() => Pull(scene.Stored, 1).Statuses.Add(new(1, "ci/unit", "failure", "1 of 12 tests failed: part 1 is half right")));
        await (stage?.KillThereAsync(fleet, agents, Patience) ?? Task.CompletedTask);

        var mended = await fleet.WaitForTaskAsync("batch-code-1-f1", t => t.IsTerminal(), "to end", Patience);
        Assert.True(mended.SucceededOnTarget());
        Assert.Contains("part 1 is half right", mended.Spec.Payload.Prompt, StringComparison.Ordinal);
        await fleet.KillAndRestartOperatorAsync();
        changes.Enqueue(() => Pull(scene.Stored, 1).Statuses.Add(new(2, "ci/unit", "success", "")));
        await FollowsAsync(fleet, f => f.Any(p => p.Step == "code-1-f1" && p.State == FollowUpState.Ready), "the mended one is ready");
        changes.Enqueue(() => Pull(scene.Stored, 2).State = "merged");
        await EndsAsync(fleet, scene);
        if (stage is not null)
        {
            var tasks = (await fleet.Kubernetes.ListAsync<AgenticTask>(fleet.Namespace)).Items;
            Assert.Contains(tasks, t => t.Status.Attempts.Count > 1 && t.Name().EndsWith("-f1", StringComparison.Ordinal));
            Assert.All(tasks, t => Assert.Single(t.Status.Attempts, a => a.Outcome == AttemptOutcome.Succeeded));
        }
    }

    private static async Task EndsAsync(ForemanFleet fleet, PartsScene scene)
    {
        var status = await EndAsync(fleet);
        Assert.Equal((WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), (status.Phase, status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Equal(["Ready code-1-f1 1", "Merged code-2 "], status.FollowUps!.Select(f => Text($"{f.State} {f.Step} {f.Revisions}")));
        Assert.Equal((4, 0, 0), (status.SucceededTasks, status.FailedTasks, status.IncompleteTasks));
        Assert.Equal("right", (await GitFolder.GitAsync(scene.Bare, "show", "foreman/batch/issue-1:part-1.txt")).Trim());
        Assert.Equal("half", (await GitFolder.GitAsync(scene.Bare, "show", "foreman/batch/issue-2:part-2.txt")).Trim());
        Assert.Equal(2, scene.Stored.Threads.Count(t => t.Branches is not null));
        scene.Forge.Verify();
    }

    // A commit is checked anew; a pull request without checks would be ready before the test looks.
    private static void TakeTip(StoredThread pull, string bare)
    {
        var tip = File.ReadAllText(Path.Combine(bare, "refs", "heads", pull.Branches!.Head)).Trim();
        if (tip != pull.Branches.HeadSha)
        {
            pull.Branches = pull.Branches with { HeadSha = tip };
            pull.Statuses.Clear();
            pull.Statuses.Add(new(0, "ci/unit", "pending", ""));
        }
    }

    private static StoredThread Pull(StoredRepository stored, int issue) => stored.Threads.Single(t => t.Branches?.Head == Text($"foreman/batch/issue-{issue}"));

    private static async Task FollowsAsync(ForemanFleet fleet, Func<IReadOnlyList<FollowedPullRequest>, bool> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(async () => condition((await StatusAsync(fleet))?.FollowUps ?? []), what, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await fleet.Kubectl.RunAsync("get", "workload", "batch", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}", e);
        }
    }

    private static async Task<WorkloadStatus> EndAsync(ForemanFleet fleet)
    {
        var run = await fleet.Kubectl.TryAsync("wait", "workload/batch", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=90s");
        var status = await StatusAsync(fleet);
        Assert.True(run.ExitCode == 0, $"{JsonSerializer.Serialize(new Workload { Status = status }, Workload.TypeInfo)}\n{fleet.Logs()}");
        return status!;
    }

    private static async Task<WorkloadStatus?> StatusAsync(ForemanFleet fleet) => (await fleet.TryWorkloadAsync("batch"))!.Status;

    private static string Manifests(string space, HeldStage? stage) =>
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: batch, namespace: {{space}}}
        spec:
          intent: Every part is right.
          repo: {{Repository}}
          issues: [1, 2]
          coderAgentRef: {name: coder}
          verifierAgentRef: {name: gate}
          followUp: {maxRevisions: 1}
          gateProfile:
            language: generic
            commands:
              test: "{{stage?.Gate}}! grep -q broken part-*.txt"
        """;
}
