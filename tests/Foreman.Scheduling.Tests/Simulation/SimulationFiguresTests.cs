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

    private static SimulatedRun Run(string space, int arrived, int started, int ended, bool loaded = false)
    {
        var task = Given.Task("t");
        return new(
            task with { Metadata = task.Metadata with { NamespaceProperty = space } },
            TimeSpan.FromSeconds(arrived), TimeSpan.FromSeconds(started), TimeSpan.FromSeconds(ended), "a", loaded);
    }
}
