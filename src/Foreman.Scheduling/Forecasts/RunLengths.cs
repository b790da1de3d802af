using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>How long ended runs took: those of the same namespace, Agent and kind, and where enough are known those of the same model and host.</summary>
internal sealed class RunLengths
{
    // Fewer runs on one host say less than all runs on all hosts.
    private const int Enough = 3;

    private readonly Dictionary<Key, TimeSpan[]> _lengths;

    /// <param name="tasks">All tasks.</param>
    public RunLengths(IEnumerable<AgenticTask> tasks) => _lengths = tasks
        .SelectMany(t => t.Status.Attempts, (t, a) => (Task: t, Attempt: a))
        .Where(a => a.Attempt is { StartedAt: not null, EndedAt: not null, Outcome: { } outcome } && (outcome == AttemptOutcome.Succeeded || outcome == AttemptOutcome.Failed))
        .SelectMany(a => new[] { KeyOf(a.Task), KeyOf(a.Task) with { Model = a.Attempt.Model, Node = a.Attempt.Node ?? "" } }, (a, key) => (Key: key, Length: a.Attempt.EndedAt!.Value - a.Attempt.StartedAt!.Value))
        .Where(a => a.Length >= TimeSpan.Zero)
        .GroupBy(a => a.Key, a => a.Length)
        .ToDictionary(g => g.Key, g => g.Order().ToArray());

    /// <summary>What runs have in common that usually take about as long.</summary>
    /// <param name="Namespace">Namespace of the task.</param>
    /// <param name="Agent">Name of its Agent; empty for the built-in one.</param>
    /// <param name="Kind">Its kind.</param>
    /// <param name="Model">The model; null for any.</param>
    /// <param name="Node">The host; null for any.</param>
    internal readonly record struct Key(string Namespace, string Agent, TaskKind Kind, string? Model, string? Node);

    /// <summary>The key of a task on any host.</summary>
    public static Key KeyOf(AgenticTask task) => new(task.Namespace() ?? "", task.AgentName() ?? "", task.Spec.Kind, null, null);

    /// <summary>The lengths of all runs, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> All => field ??= [.. _lengths.Where(l => l.Key.Node is null).SelectMany(l => l.Value).Order()];

    /// <summary>The lengths of a key's runs, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Of(Key key) => _lengths.GetValueOrDefault(key) ?? [];

    /// <summary>The lengths of runs like that of a task, the shortest first: on its host, if it has one and enough are known.</summary>
    public IReadOnlyList<TimeSpan> Of(AgenticTask task)
    {
        var key = KeyOf(task);
        return task.Status.AssignedNode is { } node && Of(key with { Model = task.Status.Model?.Name, Node = node }) is { Count: >= Enough } here ? here : Of(key);
    }

    /// <summary>How long a task runs, with a part of all runs being shorter.</summary>
    /// <param name="task">A task of which runs are known.</param>
    /// <param name="part">The part, from 0 to 1.</param>
    public TimeSpan Part(AgenticTask task, double part) => PartOf(Of(task), part);

    /// <summary>How long a run goes on that has gone on for so long: only longer ones are like it. One that is longer than all goes on as long again, or ends now.</summary>
    /// <param name="task">A task of which runs are known.</param>
    /// <param name="since">How long it has run.</param>
    /// <param name="part">The part of such runs that end sooner, from 0 to 1.</param>
    public TimeSpan Left(AgenticTask task, TimeSpan since, double part) => LeftOf(Of(task), since, part);

    /// <summary>How long a run goes on that has gone on for so long, by the lengths of others.</summary>
    /// <param name="sorted">The lengths, the shortest first.</param>
    /// <param name="since">How long it has run.</param>
    /// <param name="part">The part of such runs that end sooner, from 0 to 1.</param>
    public static TimeSpan LeftOf(IReadOnlyList<TimeSpan> sorted, TimeSpan since, double part)
    {
        ImmutableArray<TimeSpan> longer = [.. sorted.Where(l => l > since)];
        return longer.IsEmpty ? (part < 0.5 ? TimeSpan.Zero : since) : PartOf(longer, part) - since;
    }

    /// <summary>The length than which a part of others is shorter.</summary>
    /// <param name="sorted">All of them, the shortest first; at least one.</param>
    /// <param name="part">The part, from 0 to 1.</param>
    public static TimeSpan PartOf(IReadOnlyList<TimeSpan> sorted, double part) => sorted[(int)Math.Round(part * (sorted.Count - 1))];
}
