using Foreman.Testing;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>
/// Two operators and a fleet through crashes, pauses, partitions, lost and late messages, events that come twice or after newer ones, and clocks that are
/// set. A failing seed prints its steps and can be played again alone.
/// </summary>
public sealed class FleetSimulationTests(ITestOutputHelper output)
{
    private const int Quick = 60;
    private const int InCi = 1500;
    private const int Searched = 600;

    public static TheoryData<string> Mistakes => [.. BrokenFleets.All.Keys];

    [Fact]
    public void Every_task_is_committed_once_and_ends_or_says_why_it_waits()
    {
        for (var seed = 0; seed < LongRun.Seeds(Quick, InCi); seed++)
        {
            if (FleetWorld.Play(seed) is { } violation)
            {
                Assert.Fail($"seed {seed}: {violation}");
            }
        }
    }

    [Theory]
    [InlineData(nameof(LeaderEnd.BeforeTheWrite))]
    [InlineData(nameof(LeaderEnd.AfterTheWrite))]
    public void A_leader_that_is_killed_at_any_of_its_writes_changes_nothing_of_how_tasks_end(string end)
    {
        for (var seed = 1; seed <= (LongRun.IsOn ? 4 : 1); seed++)
        {
            var write = 0;
            for (var isReached = true; isReached;)
            {
                (isReached, var violation) = FleetWorld.Play(seed, new LeaderStop(++write, Enum.Parse<LeaderEnd>(end)));
                Assert.True(violation is null, $"seed {seed}, write {write}: {violation}");
            }

            Assert.True(write > 15, $"only {write} writes were seen with seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_simulation_finds_a_fleet_that(string mistake)
    {
        var (rules, known) = BrokenFleets.All[mistake];
        var first = LongRun.Seeds(Quick, InCi) == Quick ? known : 0;
        for (var seed = first; seed < first + Searched; seed++)
        {
            if (FleetWorld.Play(seed, rules) is { } violation)
            {
                output.WriteLine($"seed {seed}: {violation}");
                Assert.Equal(violation, FleetWorld.Play(seed, rules));
                return;
            }
        }

        Assert.Fail($"{Searched} seeds have not found a fleet that {mistake}");
    }
}
