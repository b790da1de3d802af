using Foreman.Api;
using Foreman.Runner.Stops;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Stops;

public sealed class StopMonitorTests
{
    [Fact]
    public async Task A_drain_stops_the_run_at_its_deadline_and_not_before()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, time);

        signals.Drain(time.GetUtcNow().AddSeconds(30));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(monitor.Token.IsCancellationRequested);

        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => monitor.Token.IsCancellationRequested, "the run to be stopped");
        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    public void A_later_deadline_does_not_put_off_an_earlier_one()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, time);

        signals.Drain(time.GetUtcNow().AddSeconds(5));
        signals.Drain(time.GetUtcNow().AddSeconds(60));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    public void A_run_that_was_not_stopped_goes_on_when_the_drain_is_cancelled()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, time);

        signals.Drain(time.GetUtcNow().AddSeconds(5));
        signals.CancelDrain();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(StopKind.None, monitor.Plan.Kind);
        Assert.False(monitor.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_run_that_was_stopped_stays_stopped_when_the_drain_is_cancelled()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, time);

        signals.Drain(time.GetUtcNow());
        signals.CancelDrain();

        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    public void A_signal_from_before_the_run_began_counts()
    {
        var signals = new RunSignals();
        var task = Tasks.With(TaskPhase.Scheduled);
        signals.Update(task with { Spec = task.Spec with { Cancel = true } });

        using var monitor = new StopMonitor(Tasks.Held(), signals, new ManualTimeProvider());

        Assert.Equal(StopKind.Cancel, monitor.Plan.Kind);
    }

    [Fact]
    public void A_fence_outweighs_every_signal_before_and_after()
    {
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, new ManualTimeProvider());
        monitor.Fenced("somebody else has it");
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        signals.Update(task with { Spec = task.Spec with { Cancel = true } });
        Assert.Equal(new StopPlan(StopKind.Fence, "somebody else has it"), monitor.Plan);
    }
}
