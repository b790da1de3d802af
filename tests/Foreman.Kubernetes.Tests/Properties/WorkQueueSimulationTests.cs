namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>Plays random histories of a work queue; a seed that fails can be played again alone.</summary>
public sealed class WorkQueueSimulationTests(ITestOutputHelper output)
{
    private const int Quick = 250;

    public static TheoryData<string> Mistakes => [.. BrokenQueues.All.Keys];

    [Fact]
    public void The_queue_loses_no_key_and_yields_none_twice()
    {
        for (var seed = 0; seed < LongRun.Seeds(Quick); seed++)
        {
            Assert.Null(new SimulatedQueueUse(seed, BrokenQueues.Right).FirstFault());
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_simulation_finds_a_queue_that(string mistake)
    {
        var rules = BrokenQueues.All[mistake];

        var found = Enumerable.Range(0, Quick).Select(seed => new SimulatedQueueUse(seed, rules).FirstFault()).FirstOrDefault(fault => fault is not null);

        Assert.NotNull(found);
        output.WriteLine(found);
    }
}
