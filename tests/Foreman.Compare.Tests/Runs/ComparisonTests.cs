using Foreman.Compare.Runs;
using Foreman.Sandbox;

namespace Foreman.Compare.Tests.Runs;

/// <summary>A small part of what <c>.ci/long compare</c> runs whole.</summary>
public sealed class ComparisonTests
{
    private static readonly string[] Ids = ["shell-count-words", "shell-status-text"];

    [Fact]
    public async Task Two_tasks_and_two_seeds_give_the_same_results_each_time_and_better_ones_with_defences()
    {
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, $"this host has no sandbox: {why}");
        var tasks = CodingTask.All().Where(t => Ids.Contains(t.Id)).ToList();
        var variants = Variant.All.Where(v => v.Name is Variant.Everything or Variant.Nothing).ToList();

        var first = await Comparison.RunAsync(tasks, 2, variants, 2, CancellationToken.None);
        var again = await Comparison.RunAsync(tasks, 2, variants, 1, CancellationToken.None);

        Assert.Equal(8, first.Count);
        Assert.Equal(first.OrderBy(r => r.Key.ToString(), StringComparer.Ordinal), again.OrderBy(r => r.Key.ToString(), StringComparer.Ordinal));
        Assert.True(Table.Completion(first, Variant.Everything) > Table.Completion(first, Variant.Nothing), Table.Markdown(first, variants));
    }
}
