using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Workloads;
using Foreman.Operator.Tests.Workloads.Following;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The controller with a forge, on real API servers. An operator of another test would act on the same Workloads, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class FollowedWorkloadTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_failed_check_is_mended_and_the_merge_ends_the_Workload_though_the_operator_is_another_one(IClusterUnderTest cluster)
    {
        await using var scene = await WorkloadScene.StartAsync(cluster);
        using var forge = new FollowHarness();
        var pull = forge.AddPull(7);
        pull.Statuses.Add(new(1, "unit", "failure", "2 of 40 failed"));
        await scene.CreateAsync("followed", new WorkloadSpec
        {
            Intent = "Less bugs.",
            Repo = FollowHarness.Repository,
            Issues = [1],
            CoderAgentRef = new() { Name = "coder" },
            VerifierAgentRef = new() { Name = "verifier" },
            FollowUp = new(),
        });

        await RunAsync(scene, forge, s => s.Status?.Plan?.Any(p => p.Name == "code-1-f1") == true);
        Assert.Contains("2 of 40 failed", (await scene.TasksAsync())["followed-code-1-f1"].Spec.Payload.Prompt, StringComparison.Ordinal);
        pull.Statuses.Clear();
        pull.Statuses.Add(new(2, "unit", "pending", ""));
        await RunAsync(scene, forge, s => s.Status?.FollowUps is [{ Step: "code-1-f1", Message: "Waits for checks: unit." }]);
        pull.State = "merged";
        var ended = await RunAsync(scene, forge, s => s.Status?.Conditions.IsTrue(ConditionTypes.Completed) == true);

        Assert.Equal((WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), (ended.Status!.Phase, ended.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Equal(["Merged code-1-f1 1"], ended.Status.FollowUps!.Select(f => $"{f.State} {f.Step} {f.Revisions}"));
        Assert.Equal(["followed-code-1", "followed-code-1-f1", "followed-verify-1", "followed-verify-1-f1"], (await scene.TasksAsync()).Keys.Order(StringComparer.Ordinal));
    }

    // A new process each time, which knows nothing of the forge.
    private static async Task<Workload> RunAsync(WorkloadScene scene, FollowHarness forge, Func<Workload, bool> isThere)
    {
        await using var follower = FollowHarness.Follower(forge, TimeSpan.FromMilliseconds(50));
        follower.Start();
        await using var lead = await scene.LeadAsync(follower: follower);
        Workload? seen = null;
        await Eventually.TrueAsync(
            async () =>
            {
                seen = await lead.SettleAsync("followed", scene.Space);
                await scene.PlayAsync(step => new(step.StartsWith("verify", StringComparison.Ordinal) ? Verdict.GatePass : Verdict.Go)
                {
                    Extra = step.StartsWith("code", StringComparison.Ordinal) ? new() { ["pullRequestURL"] = forge.Url(7) } : [],
                });
                return isThere(seen);
            },
            "the Workload to get there");
        return seen!;
    }
}
