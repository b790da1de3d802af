using Foreman.Api;
using k8s.Models;

namespace Foreman.UserDeployments.Tests.Progress;

public sealed class DeploymentProgressTests
{
    private static readonly DeploymentPlan Plan = new([], [new("web", 2, "w:1"), new("db", 1, "d:1")], null);

    [Fact]
    public void All_replicas_of_this_version_are_running()
    {
        var state = DeploymentProgress.Of(Plan, [Seen("web", ready: 2), Seen("db", ready: 1)], isStopped: false, before: UserDeploymentPhase.Provisioning);

        Assert.Equal((UserDeploymentPhase.Running, true), (state.Phase, state.IsReady));
        Assert.Equal([("web", 2, 2, "w:1"), ("db", 1, 1, "d:1")], state.Services.Select(s => (s.Name, s.Desired, s.Ready, s.Image!)));
    }

    [Fact]
    public void Missing_replicas_are_told_by_service()
    {
        var state = DeploymentProgress.Of(Plan, [Seen("web", ready: 1)], isStopped: false, before: null);

        Assert.Equal((UserDeploymentPhase.Provisioning, false), (state.Phase, state.IsReady));
        Assert.Equal("Replicas are missing: web has 1 of 2; db has 0 of 1.", state.Message);
    }

    [Fact]
    public void What_has_run_is_degraded_when_replicas_go_missing() =>
        Assert.Equal(UserDeploymentPhase.Degraded, DeploymentProgress.Of(Plan, [Seen("web", ready: 1), Seen("db", ready: 1)], isStopped: false, before: UserDeploymentPhase.Running).Phase);

    [Fact]
    public void A_new_version_that_rolls_is_provisioning_and_one_that_does_not_come_up_is_degraded()
    {
        Assert.Equal(UserDeploymentPhase.Provisioning, Of(Seen("web", ready: 2, updated: 1)).Phase);
        Assert.Equal(UserDeploymentPhase.Provisioning, Of(Seen("web", ready: 2, observed: 1)).Phase);

        var stuck = Of(Seen("web", ready: 2, updated: 1, failure: "no progress"));
        Assert.Equal(UserDeploymentPhase.Degraded, stuck.Phase);
        Assert.Contains("web has 2 of 2 (no progress)", stuck.Message, StringComparison.Ordinal);

        static DeploymentState Of(V1Deployment web) => DeploymentProgress.Of(Plan, [web, Seen("db", ready: 1)], isStopped: false, before: UserDeploymentPhase.Running);
    }

    [Fact]
    public void A_stopped_one_is_stopped_once_the_last_replica_has_gone()
    {
        Assert.Equal(UserDeploymentPhase.Provisioning, DeploymentProgress.Of(Plan, [Seen("web", ready: 0), Seen("db", ready: 1)], isStopped: true, before: null).Phase);
        Assert.Equal(UserDeploymentPhase.Provisioning, DeploymentProgress.Of(Plan, [Seen("web", ready: 0)], isStopped: true, before: null).Phase);

        var state = DeploymentProgress.Of(Plan, [Seen("web", ready: 0), Seen("db", ready: 0)], isStopped: true, before: null);
        Assert.Equal((UserDeploymentPhase.Stopped, Reasons.Stopped, false), (state.Phase, state.Reason, state.IsReady));
    }

    private static V1Deployment Seen(string name, int ready, int? updated = null, long observed = 2, string? failure = null) => new()
    {
        Metadata = new() { Name = name, Generation = 2 },
        Status = new()
        {
            ObservedGeneration = observed,
            Replicas = ready,
            ReadyReplicas = ready,
            UpdatedReplicas = updated ?? ready,
            Conditions = failure is null ? [] : [new() { Type = "Progressing", Status = "False", Message = failure }],
        },
    };
}
