using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Following;

namespace Foreman.Operator.Tests.Workloads.Following;

public class FollowTargetTests
{
    private static readonly Workload Workload = new()
    {
        Metadata = new() { Name = "batch", NamespaceProperty = "default" },
        Spec = new()
        {
            Intent = "x",
            Repo = "acme/b",
            FollowUp = new() { Reviews = false },
            Pipeline = [new() { Name = "a", Payload = new() { Repo = "acme/c" } }, new() { Name = "b", Payload = new() { Repo = "acme/b" } }],
        },
    };

    private static readonly WorkloadStatus Status = new() { FollowUps = [new() { Url = "https://forge/acme/b/pull/1", Step = "code-1" }, new() { Url = "https://forge/acme/b/pull/2" }] };

    [Fact]
    public void A_Workload_follows_what_its_status_names_in_the_repositories_that_it_names()
    {
        var task = new AgenticTask { Spec = new() { Payload = new() { Repo = "acme/a" } } };

        var target = Assert.Single(FollowTarget.Of(Workload, Status, [task]));

        Assert.Equal(("https://forge/acme/b/pull/1", "code-1", true, false), (target.Url, target.Step, target.Checks, target.Reviews));
        Assert.Equal(["acme/a", "acme/b", "acme/c"], target.Repositories);
        Assert.True(target.AsksSameAs(Assert.Single(FollowTarget.Of(Workload, Status, [task]))));
    }

    [Fact]
    public void Nothing_is_followed_without_followUp_and_after_the_end()
    {
        var ended = Status with { Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True }] };

        Assert.Empty(FollowTarget.Of(Workload with { Spec = Workload.Spec with { FollowUp = null } }, Status, []));
        Assert.Empty(FollowTarget.Of(Workload, ended, []));
        Assert.Empty(FollowTarget.Of(Workload, null, []));
    }
}
