using Foreman.Api;
using Foreman.Runner.Stops;
using static Foreman.Runner.Tests.Scene.Tasks;

namespace Foreman.Runner.Tests.Stops;

public sealed class StopDecisionTests
{
    private static readonly DateTimeOffset Now = new(2031, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_run_without_signals_goes_on() => Assert.Equal(StopKind.None, Decide(null).Kind);

    [Fact]
    public void States_from_before_the_claim_do_no_harm()
    {
        Assert.Equal(StopKind.None, Decide(With(TaskPhase.Scheduled, 2)).Kind);
        Assert.Equal(StopKind.None, Decide(With(TaskPhase.Running, 1, Another)).Kind);
        Assert.Equal(StopKind.None, Decide(With(TaskPhase.Running, 2, Me)).Kind);
    }

    [Fact]
    public void A_task_that_is_somebody_elses_by_now_fences_the_run()
    {
        Assert.Equal(StopKind.Fence, Decide(With(TaskPhase.Running, 2, Another)).Kind);
        Assert.Equal(StopKind.Fence, Decide(With(TaskPhase.Pending, 2)).Kind);
        Assert.Equal(StopKind.Fence, Decide(With(TaskPhase.Scheduled, 3)).Kind);
        Assert.Equal(StopKind.Fence, Decide(With(TaskPhase.Failed, 2)).Kind);
    }

    [Fact]
    public void A_deleted_task_fences_the_run() =>
        Assert.Equal(StopKind.Fence, StopDecision.Decide(Held(2), new RunSignalState(null, true, null), Now).Kind);

    [Fact]
    public void Cancel_outweighs_suspend_and_suspend_outweighs_drain()
    {
        var task = With(TaskPhase.Running, 2, Me);
        var suspended = task with { Spec = task.Spec with { Suspend = true } };
        var cancelled = suspended with { Spec = suspended.Spec with { Cancel = true } };
        Assert.Equal(StopKind.Suspend, StopDecision.Decide(Held(2), new RunSignalState(suspended, false, Now), Now).Kind);
        Assert.Equal(StopKind.Cancel, StopDecision.Decide(Held(2), new RunSignalState(cancelled, false, Now), Now).Kind);
    }

    [Fact]
    public void A_draining_host_lets_the_run_go_on_until_the_deadline()
    {
        var signals = new RunSignalState(null, false, Now.AddSeconds(30));
        Assert.Equal(new StopPlan(StopKind.None, "", Now.AddSeconds(30)), StopDecision.Decide(Held(2), signals, Now));
        Assert.Equal(StopKind.Drain, StopDecision.Decide(Held(2), signals, Now.AddSeconds(30)).Kind);
    }

    private static StopPlan Decide(AgenticTask? latest) => StopDecision.Decide(Held(2), new RunSignalState(latest, false, null), Now);
}
