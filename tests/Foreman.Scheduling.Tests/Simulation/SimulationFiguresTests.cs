using Foreman.Api;

namespace Foreman.Scheduling.Tests.Simulation;

public class SimulationFiguresTests
{
    [Fact]
    public void Figures_are_counted_over_runs()
    {
        SimulationInput input = new() { Nodes = [Given.Node("a", slots: 2), Given.Node("idle")], Tasks = [] };
        SimulatedRun[] runs = [Run("x", 0, 0, 100), Run("x", 0, 0, 100), Run("y", 10, 100, 200, loaded: true)];

        var figures = SimulationFigures.Of(input, new(runs, []));

        Assert.Equal(TimeSpan.FromSeconds(200), figures.Makespan);
        Assert.Equal([new("a", 3, 0.75, 1), new("idle", 0, 0, 0)], figures.Hosts);
        Assert.Equal([("x", 1.0), ("y", 1.9)], figures.Namespaces.Select(s => (s.Namespace, s.Slowdown)));
        Assert.Equal(2.9 * 2.9 / (2 * (1 + (1.9 * 1.9))), figures.Fairness, 9);
        Assert.Equal(new WaitFigures(TimeSpan.Zero, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(90)), figures.Waits);
    }

    [Fact]
    public void Nothing_ran_is_no_division_by_zero()
    {
        var figures = SimulationFigures.Of(new() { Nodes = [Given.Node("a")], Tasks = [] }, new([], []));

        Assert.Equal((TimeSpan.Zero, 1.0, 0.0), (figures.Makespan, figures.Fairness, figures.Hosts[0].Busy));
    }

    [Fact]
    public void Any_number_of_slots_is_counted()
    {
        var figures = SimulationFigures.Of(new() { Nodes = [Given.Node("a", slots: int.MaxValue)], Tasks = [] }, new([Run("x", 0, 0, 300_000_000)], []));

        Assert.Equal(1.0 / int.MaxValue, figures.Hosts[0].Busy, 15);
    }

    [Fact]
    public void What_waited_for_a_quota_is_counted_for_each_queue_that_has_one()
    {
        SimulationInput input = new()
        {
            Nodes = [],
            Tasks = [],
            Quotas = new([new() { Namespace = "x", MaxRunning = 1 }, new() { Namespace = "y", Queue = "gold", MaxRunning = 1 }, new() { Namespace = "z", Weight = 2 }]),
        };
        SimulatedRun[] runs = [Run("x", 0, 0, 50), Held(Run("x", 0, 30, 60), 30), Held(Run("x", 0, 90, 95), 10), Run("y", 0, 0, 10), Run("z", 0, 0, 10)];
        var never = new TaskForecast(runs[0].Task, ForecastOutcome.Never, Reasons.WaitingForQuota, "m");

        var figures = SimulationFigures.Of(input, new(runs, [never, never with { Reason = Reasons.NoMatchingNode }]));

        var (ten, thirty) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        Assert.Equal(new QuotaWaitFigures("x", null, 3, 2, new(ten, thirty, thirty, thirty), 1), Assert.Single(figures.Quotas));
        Assert.Empty(SimulationFigures.Of(input with { Quotas = QuotaSet.None }, new(runs, [never])).Quotas);

        static SimulatedRun Held(SimulatedRun run, int seconds) => run with { QuotaWait = TimeSpan.FromSeconds(seconds) };
    }

    private static SimulatedRun Run(string space, int arrived, int started, int ended, bool loaded = false)
    {
        var task = Given.Task("t");
        return new(
            task with { Metadata = task.Metadata with { NamespaceProperty = space } },
            TimeSpan.FromSeconds(arrived), TimeSpan.FromSeconds(started), TimeSpan.FromSeconds(ended), "a", loaded);
    }
}
