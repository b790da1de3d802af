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
