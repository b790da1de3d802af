using Foreman.Api;
using Foreman.Agent.Dispatching;

namespace Foreman.Agent.Tests.Dispatching;

public class DispatchDecisionTests
{
    private static readonly DispatchView Idle = new("mac-1", "host/new", RunningAttempt: null, SettledAttempt: 0, FreeSlots: 1, Refuses: false);

    [Fact]
    public void An_assigned_task_starts_while_a_slot_is_free_and_waits_otherwise()
    {
        Assert.Equal(DispatchAction.Start, DispatchDecision.For(Scheduled(), Idle));
        Assert.Equal(DispatchAction.Wait, DispatchDecision.For(Scheduled(), Idle with { FreeSlots = 0 }));
    }

    [Fact]
    public void A_host_that_takes_no_work_declines() =>
        Assert.Equal(DispatchAction.Decline, DispatchDecision.For(Scheduled(), Idle with { Refuses = true, FreeSlots = 0 }));

    [Fact]
    public void A_run_under_way_is_told_of_every_change()
    {
        var view = Idle with { RunningAttempt = 1, FreeSlots = 0 };

        Assert.Equal(DispatchAction.Update, DispatchDecision.For(Running("host/new"), view));
        Assert.Equal(DispatchAction.Update, DispatchDecision.For(Scheduled(), view));
        Assert.Equal(DispatchAction.Update, DispatchDecision.For(With(TaskPhase.Pending), view));
        Assert.Equal(DispatchAction.Update, DispatchDecision.For(Scheduled(), view with { Refuses = true }));
    }

    [Fact]
    public void The_next_attempt_waits_until_the_last_one_has_ended_here() =>
        Assert.Equal(DispatchAction.Wait, DispatchDecision.For(Scheduled(attempt: 2), Idle with { RunningAttempt = 1 }));

    [Fact]
    public void What_an_earlier_process_of_this_host_held_is_settled_and_others_are_left_alone()
    {
        Assert.Equal(DispatchAction.Reclaim, DispatchDecision.For(Running("host/old"), Idle));
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(Running("host/new"), Idle));
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(Running("other/old"), Idle));
    }

    [Fact]
    public void An_attempt_is_tried_once_however_late_the_watch_is()
    {
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(Scheduled(attempt: 3), Idle with { SettledAttempt = 3 }));
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(Running("host/old"), Idle with { SettledAttempt = 1 }));
        Assert.Equal(DispatchAction.Start, DispatchDecision.For(Scheduled(attempt: 4), Idle with { SettledAttempt = 3 }));
    }

    [Fact]
    public void Tasks_of_other_hosts_or_placements_are_left_alone()
    {
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(Scheduled(node: "mac-2"), Idle));
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(Scheduled(placement: Placement.Operator), Idle));
        Assert.Equal(DispatchAction.Nothing, DispatchDecision.For(With(TaskPhase.Pending), Idle));
    }

    private static AgenticTask With(TaskPhase phase, Func<AgenticTaskStatus, AgenticTaskStatus>? change = null)
    {
        var status = new AgenticTaskStatus { Phase = phase, Attempt = 1, AssignedNode = "mac-1", Placement = Placement.Node };
        return new AgenticTask { Status = change is null ? status : change(status) };
    }

    private static AgenticTask Scheduled(string node = "mac-1", Placement? placement = null, long attempt = 1) =>
        With(TaskPhase.Scheduled, s => s with { AssignedNode = node, Placement = placement ?? Placement.Node, Attempt = attempt });

    private static AgenticTask Running(string holder) => With(TaskPhase.Running, s => s with { Claim = new TaskClaim { Holder = holder } });
}
