using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments.Tests.Progress;

public sealed class StatusRulesTests
{
    [Fact]
    public void U08_A_status_has_phase_urls_generation_and_conditions()
    {
        var deployment = Given.Deployment("shop", Given.Exposed);
        var begun = deployment with { Status = StatusRules.Begun(deployment, DeploymentTarget.Of(deployment, Given.Settings), Given.Noon) };
        Assert.Equal((UserDeploymentPhase.Provisioning, "ud-shop-shop-uid"), (begun.Status!.Phase, begun.Status.Namespace));

        var status = StatusRules.Provisioned(begun, new(UserDeploymentPhase.Running, [new() { Name = "web" }], Reasons.ReplicasReady, "all"), Given.Noon);

        Assert.Equal(UserDeploymentPhase.Running, status.Phase);
        Assert.Equal("https://shop-team.apps.example.com", Assert.Single(status.Urls!));
        Assert.Equal(1, status.ObservedGeneration);
        Assert.Equal(
            [("Accepted", "True"), ("Conflict", "False"), ("Provisioned", "True"), ("Ready", "True")],
            status.Conditions!.Select(c => (c.Type, c.Status)).Order());
    }

    [Fact]
    public void U13_One_that_is_refused_for_a_conflict_claims_nothing()
    {
        var deployment = Given.Deployment() with { Status = new() { Namespace = "x", Urls = ["https://x"] } };

        var conflict = StatusRules.Refused(deployment, ConditionTypes.Conflict, new(Reasons.HostTaken, "taken"), Given.Noon);
        Assert.Equal((UserDeploymentPhase.Failed, null, null), (conflict.Phase, conflict.Namespace, conflict.Urls));
        Assert.True(conflict.Conditions.IsTrue(ConditionTypes.Conflict));

        var other = StatusRules.Refused(deployment, ConditionTypes.Accepted, new(Reasons.TemplateInvalid, "bad"), Given.Noon);
        Assert.Equal(("x", Conditions.False), (other.Namespace, other.Conditions.Find(ConditionTypes.Accepted)?.Status));
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        var deployment = Given.Deployment();
        var status = StatusRules.Refused(deployment, ConditionTypes.Provisioned, new(Reasons.ApplyFailed, "no"), Given.Noon);

        var again = StatusRules.Refused(deployment with { Status = status }, ConditionTypes.Provisioned, new(Reasons.ApplyFailed, "no"), Given.Noon.AddHours(1));
        Assert.Equal(status, again);
    }

    [Fact]
    public void U16_A_clean_up_is_told_as_stalled_after_ten_minutes()
    {
        var deployment = Given.Deployment();
        var first = StatusRules.Deleting(deployment, ["namespace x"], Given.Noon);
        Assert.Equal((UserDeploymentPhase.Deleting, Reasons.CleanupRunning, false), (first.Phase, Reason(first), StatusRules.IsStalled(first)));

        var leaving = deployment with { Status = first };
        Assert.False(StatusRules.IsStalled(StatusRules.Deleting(leaving, ["namespace x"], Given.Noon.AddSeconds(599))));
        var stalled = StatusRules.Deleting(leaving, ["namespace x"], Given.Noon.AddSeconds(600));
        Assert.True(StatusRules.IsStalled(stalled));
        Assert.Contains("Still there after 10 minutes: namespace x", stalled.Conditions.Find(ConditionTypes.CleanedUp)?.Message, StringComparison.Ordinal);
        Assert.Equal(Given.Noon, stalled.Conditions.Find(ConditionTypes.CleanedUp)?.LastTransitionTime);

        static string? Reason(UserDeploymentStatus status) => status.Conditions.Find(ConditionTypes.CleanedUp)?.Reason;
    }
}
