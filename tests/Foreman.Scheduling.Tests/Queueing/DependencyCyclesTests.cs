using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Queueing;

public class DependencyCyclesTests
{
    [Theory]
    [InlineData("a:b b:c c:a d:a", "a", "a b c a")]
    [InlineData("a:b b:c c:a d:a", "c", "c a b c")]
    [InlineData("a:b b:c c:a d:a", "d", null)]
    [InlineData("a:a", "a", "a a")]
    [InlineData("a:x,b b:a", "a", "a b a")]
    [InlineData("a:b,c b:d c:a d:", "a", "a c a")]
    [InlineData("a:b b:a,c c:d d:c", "b", "b a b")]
    [InlineData("a:b,b b:", "a", null)]
    public void A_task_is_told_the_first_way_back_to_it(string tasks, string name, string? path)
    {
        var all = Tasks(tasks);

        Assert.Equal(path?.Split(' '), new DependencyCycles(all).Through(all.Single(t => t.Name() == name)));
    }

    [Fact]
    public void Tasks_of_another_namespace_are_others()
    {
        AgenticTask[] all = [.. Tasks("a:b"), .. Tasks("b:a").Select(t => t with { Metadata = t.Metadata with { NamespaceProperty = "other" } })];

        Assert.All(all, t => Assert.Null(new DependencyCycles(all).Through(t)));
    }

    [Fact]
    public void A_chain_may_be_as_long_as_there_are_tasks()
    {
        const int count = 100_000;
        var chain = Enumerable.Range(0, count).Select(i => Task(Name(i), [Name(i + 1)])).ToArray();

        Assert.Null(new DependencyCycles(chain).Through(chain[0]));
        var ring = new DependencyCycles([.. chain[..^1], Task(Name(count - 1), [Name(0)])]);
        Assert.Equal(count + 1, ring.Through(chain[0])!.Count);
    }

    [Fact]
    public void A_task_is_on_a_cycle_when_it_can_be_reached_from_itself()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(1, 12);
            var all = Enumerable.Range(0, count)
                .Select(i => Task(Name(i), [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Name(random.Next(count + 1)))]))
                .ToArray();
            var cycles = new DependencyCycles(all);
            foreach (var task in all)
            {
                var path = cycles.Through(task);
                Assert.Equal(Reached(task, all).Contains(task.Name()), path is not null);
                Assert.All((path ?? []).Zip((path ?? []).Skip(1)), step => Assert.Contains(step.Second, all.Single(t => t.Name() == step.First).Spec.DependsOn!));
            }
        }
    }

    [Fact]
    public void What_is_found_after_tasks_have_come_gone_or_changed_is_what_all_of_them_give()
    {
        var (cyclic, seeds) = (0, 300);
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(2, 10);
            AgenticTask[] all = [.. Enumerable.Range(0, count).Select(i => Following(random, i, count))];
            var kept = new DependencyCycles(all);
            for (var round = 0; round < 6; round++)
            {
                AgenticTask[] next = [.. Enumerable.Range(0, count).SelectMany(i => Next(random, all.FirstOrDefault(t => t.Name() == Name(i)), i, count))];
                kept = kept.After(TaskDiff.Of(all, next));
                var anew = new DependencyCycles(next);
                foreach (var task in next)
                {
                    Assert.Equal(anew.Through(task), kept.Through(task));
                    cyclic += anew.Through(task) is null ? 0 : 1;
                }

                all = next;
            }
        }

        Assert.InRange(cyclic, seeds, int.MaxValue);
    }

    [Fact]
    public void Tasks_that_depend_on_what_they_did_are_not_looked_at()
    {
        AgenticTask[] all = [.. Enumerable.Range(0, 1000).Select(i => Task(Name(i), [Name(i + 1)]))];
        var cycles = new DependencyCycles(all);
        Assert.Equal(1000, cycles.Looked);

        AgenticTask[] told = [.. all.Select(t => t with { Status = t.Status with { Attempt = 1 } }), Given.Task("alone")];
        var first = cycles.After(TaskDiff.Of(all, told));
        AgenticTask[] more = [.. told, Task("last", [Name(0)]), Task("before", ["last"])];
        var second = first.After(TaskDiff.Of(told, more));

        Assert.Same(cycles, first);
        Assert.Equal(1001, second.Looked);
        Assert.Equal(0, second.After(TaskDiff.Of(more, [.. more, Task("end", ["before"])])).Looked);
    }

    [Fact]
    public void A_decision_after_which_nothing_changed_keeps_what_was_found()
    {
        AgenticTask[] all = [Task("a", ["b"]), Task("b", ["c"]), Given.Task("c")];
        var cluster = Given.Cluster([Given.Node("n")], all);
        var first = Given.Decide(cluster);
        var next = cluster with { State = first.State, Uptime = TimeSpan.FromSeconds(1), Nodes = [Given.Node("n", ram: 32)] };

        Assert.NotNull(first.State.Kept!.Cycles);
        Assert.Same(first.State.Kept.Cycles, Given.Decide(next).State.Kept!.Cycles);
    }

    private static AgenticTask Following(Random random, int index, int count) =>
        Task(Name(index), [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Name(random.Next(count + 1)))]);

    // One that is there goes, changes or stays; one that is not may come, also under a name that was there before.
    private static IEnumerable<AgenticTask> Next(Random random, AgenticTask? task, int index, int count) => random.Next(5) switch
    {
        0 => [],
        1 => [Following(random, index, count)],
        2 when task is not null => [task with { Status = task.Status with { Attempt = task.Status.Attempt + 1 } }],
        _ => task is null ? [] : [task],
    };

    private static HashSet<string> Reached(AgenticTask from, AgenticTask[] all)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(from.Spec.DependsOn ?? []);
        while (open.TryDequeue(out var name))
        {
            if (reached.Add(name))
            {
                (all.FirstOrDefault(t => t.Name() == name)?.Spec.DependsOn ?? []).ToList().ForEach(open.Enqueue);
            }
        }

        return reached;
    }

    private static AgenticTask[] Tasks(string text) =>
        [.. text.Split(' ').Select(t => t.Split(':')).Select(p => Task(p[0], p[1].Split(',', StringSplitOptions.RemoveEmptyEntries)))];

    private static AgenticTask Task(string name, string[] dependsOn) => Given.Task(name).With(s => s with { DependsOn = dependsOn });

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"t{index}");
}
