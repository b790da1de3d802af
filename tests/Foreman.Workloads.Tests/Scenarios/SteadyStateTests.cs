using System.Globalization;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>A large Workload of which nothing is new causes no writes, whatever stage it is in.</summary>
public sealed class SteadyStateTests
{
    private static readonly int Tasks = LongRun.IsOn ? 500 : 200;

    [Fact]
    public void A_long_pipeline_writes_nothing_while_nothing_happens()
    {
        var steps = Enumerable.Range(0, Tasks).Select(i => i < 10
            ? Given.Step(Name(i))
            : Given.Step(Name(i), Name(i - 10), Name((i - 10) / 10 * 10)).Asking($"Take ${{steps.{Name(i - 10)}.summary}}."));

        PlayQuietly(World.Of("w", Given.Pipeline([.. steps]) with { Budget = new() { Tokens = 1_000_000, Seconds = 1_000_000 } }), Tasks, WorkloadPhase.Completed);
    }

    [Fact]
    public void A_large_batch_writes_nothing_while_nothing_happens()
    {
        var spec = Given.Batch([.. Enumerable.Range(1, Tasks / 5)]) with { ReviewerAgentRefs = Given.Refs("reader", "critic", "cloud"), MaxReviewIterations = 0 };

        PlayQuietly(World.Of("w", spec, ("review-7-1", RunEnd.Refusal), ("code-8", RunEnd.Resolved)), Tasks, WorkloadPhase.Failed);
    }

    [Fact]
    public void A_Workload_that_waits_writes_nothing()
    {
        var suspended = World.Of("w", Given.Batch([.. Enumerable.Range(1, 250)]) with { Suspend = true });
        var invalid = World.Of("w", Given.Pipeline(Given.Step("a", "a")));
        var missing = World.Of("w", Given.Batch(1) with { CoderAgentRef = Given.Ref("nobody") });

        foreach (var world in (World[])[suspended, invalid, missing])
        {
            Assert.True(world.Decide());
            Assert.False(world.Decide());
            Assert.Equal(["status"], world.Writes);
        }
    }

    // Every decision is followed by one about the same, which writes nothing.
    private static void PlayQuietly(World world, int tasks, WorkloadPhase phase)
    {
        do
        {
            while (world.Decide())
            {
                Assert.InRange(world.Writes.Count, 1, 10 * tasks);
            }

            var writes = world.Writes.Count;
            Assert.False(world.Decide());
            Assert.Equal(writes, world.Writes.Count);
        }
        while (world.MoveAll());

        Assert.Equal(tasks, world.Tasks.Count);
        Assert.Equal(phase, world.Status.Phase);
    }

    private static string Name(int step) => string.Create(CultureInfo.InvariantCulture, $"s{step}");
}
