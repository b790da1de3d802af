using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;

namespace Foreman.Runner.Tests.Repositories;

public sealed class ClaimCheckTests
{
    [Fact]
    public void A_claim_is_held_by_its_attempt_and_holder_while_the_task_runs()
    {
        var task = Task();
        var attempt = new Attempt(task, "a/1");

        Assert.True(ClaimCheck.Holds(task, attempt));
        Assert.False(ClaimCheck.Holds(null, attempt));
        Assert.False(ClaimCheck.Holds(task with { Metadata = new V1ObjectMeta { Uid = "other" } }, attempt));
        Assert.False(ClaimCheck.Holds(task with { Status = task.Status with { Attempt = 3 } }, attempt));
        Assert.False(ClaimCheck.Holds(task with { Status = task.Status with { Phase = TaskPhase.Pending } }, attempt));
        Assert.False(ClaimCheck.Holds(task with { Status = task.Status with { Claim = new TaskClaim { Holder = "b/1" } } }, attempt));
        Assert.False(ClaimCheck.Holds(task with { Spec = task.Spec with { Cancel = true } }, attempt));
    }

    private static AgenticTask Task() => new()
    {
        Metadata = new V1ObjectMeta { Name = "t", NamespaceProperty = "n", Uid = "u" },
        Status = new AgenticTaskStatus { Attempt = 2, Phase = TaskPhase.Running, Claim = new TaskClaim { Holder = "a/1" } },
    };
}
