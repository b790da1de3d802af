using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Kept;

public class TaskDiffTests
{
    private static readonly AgenticTask[] Before = [.. Enumerable.Range(0, 12).Select(i => Given.Task($"t{i}"))];

    [Fact]
    public void The_same_objects_in_the_same_order_differ_in_nothing()
    {
        var diff = TaskDiff.Of(Before, [.. Before]);

        Assert.True(diff is { IsEmpty: true, IsInPlace: true, HasSameDependencies: true });
        Assert.Equal(3, diff.From(3));
    }

    [Fact]
    public void Another_object_of_the_same_task_stands_where_the_one_before_it_stood()
    {
        AgenticTask[] now = [.. Before];
        now[5] = now[5] with { Metadata = now[5].Metadata with { Generation = 2 } };

        var diff = TaskDiff.Of(Before, now);

        Assert.True(diff.IsInPlace);
        Assert.Same(now[5], Assert.Single(diff.Changed));
        Assert.Same(Before[5], Assert.Single(diff.Gone));
        Assert.Equal(5, Assert.Single(diff.ChangedPlaces));
        Assert.Equal((4, -1, 6), (diff.From(4), diff.From(5), diff.From(6)));
        Assert.True(diff.Has(new ObjectKey("default", "t5")));
        Assert.False(diff.Has(new ObjectKey("default", "t6")));
    }

    [Fact]
    public void Whatever_comes_goes_changes_and_moves_each_task_is_found_where_it_was()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var now = Before
                .Where(_ => random.Next(6) != 0)
                .Select(t => random.Next(6) == 0 ? t with { Metadata = t.Metadata with { Generation = 2 } } : t)
                .SelectMany(t => random.Next(6) == 0 ? [Given.Task($"new-{t.Name()}"), t] : (AgenticTask[])[t])
                .ToArray();
            if (seed % 4 == 0)
            {
                random.Shuffle(now);
            }

            var diff = TaskDiff.Of(Before, now);

            Assert.Equal(now.Select(t => Array.IndexOf(Before, t)), Enumerable.Range(0, now.Length).Select(diff.From));
            Assert.Equal(now.Except(Before).Select(t => t.Uid()).Order(StringComparer.Ordinal), diff.Changed.Select(t => t.Uid()).Order(StringComparer.Ordinal));
            Assert.Equal(Before.Except(now).Select(t => t.Uid()).Order(StringComparer.Ordinal), diff.Gone.Select(t => t.Uid()).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("t1", "t1", true)]
    [InlineData("t1", "t2", false)]
    [InlineData(null, "t1", false)]
    [InlineData("t1", null, false)]
    [InlineData(null, null, true)]
    public void A_circle_can_have_come_or_gone_only_where_dependencies_changed(string? before, string? now, bool isSame)
    {
        static AgenticTask Depending(string? on, long generation)
        {
            var task = Given.Task("t").With(s => s with { DependsOn = on is null ? null : [on] });
            return task with { Metadata = task.Metadata with { Generation = generation } };
        }

        Assert.Equal(isSame, TaskDiff.Of([Depending(before, 1)], [Depending(now, 2)]).HasSameDependencies);
    }
}
