using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>How long runs usually take that reach their target: the median of what ended, by Agent and kind. Pure.</summary>
public sealed class UsualTimes
{
    /// <summary>Fewest ended runs that say what is usual.</summary>
    public const int MinSamples = 5;

    private readonly ImmutableDictionary<(string Agent, TaskKind Kind), TimeSpan> _medians;

    private UsualTimes(ImmutableDictionary<(string Agent, TaskKind Kind), TimeSpan> medians) => _medians = medians;

    /// <summary>Nothing is known.</summary>
    public static UsualTimes None { get; } = new(ImmutableDictionary<(string, TaskKind), TimeSpan>.Empty);

    /// <summary>What the tasks of a namespace say.</summary>
    /// <param name="tasks">Tasks, whether they have ended or not.</param>
    public static UsualTimes Of(IEnumerable<AgenticTask> tasks) => new(tasks
        .Where(t => StallRule.IsJudged(t) && t.SucceededOnTarget() && t.Status.Usage is { Seconds: > 0 })
        .GroupBy(t => KeyOf(t), t => t.Status.Usage!.Seconds)
        .Where(g => g.Count() >= MinSamples)
        .ToImmutableDictionary(g => g.Key, g => Median([.. g.Order()])));

    /// <summary>How long a run of the Agent and kind of a task usually takes; null when too few have ended.</summary>
    public TimeSpan? For(AgenticTask task) => _medians.TryGetValue(KeyOf(task), out var median) ? median : null;

    private static (string Agent, TaskKind Kind) KeyOf(AgenticTask task) => (task.AgentName() ?? "", task.Spec.Kind);

    private static TimeSpan Median(long[] seconds) =>
        TimeSpan.FromSeconds((Bounded(seconds[(seconds.Length - 1) / 2]) + Bounded(seconds[seconds.Length / 2])) / 2.0);

    private static double Bounded(long seconds) => Math.Min(seconds, int.MaxValue);
}
