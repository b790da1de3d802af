using System.Collections.Concurrent;
using Foreman.Compare.Model;
using Foreman.Sandbox;

namespace Foreman.Compare.Runs;

/// <summary>Which run it was.</summary>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Task">Id of the task.</param>
/// <param name="Seed">The seed.</param>
internal readonly record struct TrialKey(string Variant, string Task, int Seed);

/// <summary>Runs all tasks with all seeds under each variant.</summary>
internal static class Comparison
{
    /// <summary>Runs them, some at once.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="seeds">How many, from 1.</param>
    /// <param name="variants">The variants.</param>
    /// <param name="parallel">Runs at once.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="InvalidOperationException">There is no cage here.</exception>
    internal static async Task<IReadOnlyDictionary<TrialKey, TrialResult>> RunAsync(
        IReadOnlyList<CodingTask> tasks, int seeds, IReadOnlyList<Variant> variants, int parallel, CancellationToken stop)
    {
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, stop);
        if (cage is null)
        {
            throw new InvalidOperationException($"commands of the model can't be confined here: {why}");
        }

        using var server = new SmallModelServer(new SmallModel(tasks.ToDictionary(t => t.Id, t => t.Plan())), Trial.ContextTokens);
        var results = new ConcurrentDictionary<TrialKey, TrialResult>();
        var runs = from variant in variants from task in tasks from seed in Enumerable.Range(1, seeds) select (variant, task, seed);
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = stop }, async (run, cancelled) =>
            results[new TrialKey(run.variant.Name, run.task.Id, run.seed)] = await Trial.RunAsync(run.task, run.seed, run.variant, server, cage, cancelled));
        return results;
    }
}
