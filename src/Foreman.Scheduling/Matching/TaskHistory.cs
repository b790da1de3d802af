using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What the earlier attempts of one task say of hosts: those that it failed on go last for it, those that declined or lost it are left out for a while.</summary>
internal sealed class TaskHistory
{
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ConstraintViolation>> _excluded = new(StringComparer.Ordinal);

    private readonly List<TimeSpan> _pauses = [];

    private TaskHistory()
    {
    }

    /// <summary>How long a host that declined a task is left out for it.</summary>
    public static TimeSpan DeclinedPause { get; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a wait hosts that are left out now are looked at again.</summary>
    public IReadOnlyList<TimeSpan> Pauses => _pauses;

    /// <summary>True while a host is left out.</summary>
    public bool ExcludesAny => _excluded.Count > 0;

    /// <summary>Null for a task that has nothing against any host.</summary>
    /// <param name="task">The task, Pending.</param>
    /// <param name="age">How long it has been waiting.</param>
    /// <param name="placements">They say which machine an attempt lived by.</param>
    public static TaskHistory? Of(AgenticTask task, TimeSpan age, PlacementRegistry placements)
    {
        if (task.Status.Attempts.Count == 0)
        {
            return null;
        }

        var bad = task.Status.Attempts.Where(a => a.IsLoss() || a.IsFailure() || a.Outcome == AttemptOutcome.Declined).ToArray();
        if (bad.Length == 0)
        {
            return null;
        }

        var history = new TaskHistory();
        foreach (var attempt in bad)
        {
            history._failures[attempt.Node ?? ""] = history.Failures(attempt.Node ?? "") + 1;
        }

        if (age < DeclinedPause && bad[^1] is var last && last.Outcome == AttemptOutcome.Declined && ReferenceEquals(last, task.LastAttempt()))
        {
            history.Exclude(last.Node ?? "", DeclinedPause, new("which just declined", last.Reason ?? "no reason given", new Wait()));
        }

        foreach (var (host, losses) in bad.Where(a => a.IsLoss()).CountBy(placements.HostOf))
        {
            if (NodeProbations.Pause(losses) is var pause && age < pause)
            {
                history.Exclude(host, pause, new("which lost this task before", $"{losses} of its runs were lost there", new Either(new Wait(), new Advice($"look at foreman-agent on {host}"))));
            }
        }

        return history;
    }

    /// <summary>How many attempts a host declined, lost or failed.</summary>
    public int Failures(string node) => _failures.GetValueOrDefault(node);

    /// <summary>True when the host is left out now.</summary>
    public bool Excludes(string node) => _excluded.ContainsKey(node);

    /// <summary>Why the host is left out now; empty when it is not.</summary>
    public IReadOnlyList<ConstraintViolation> Violations(string node) => _excluded.TryGetValue(node, out var violations) ? violations : [];

    private void Exclude(string node, TimeSpan pause, ConstraintViolation violation)
    {
        _pauses.Add(pause);
        if (!_excluded.TryGetValue(node, out var violations))
        {
            _excluded[node] = violations = [];
        }

        violations.Add(violation with { Temporary = true });
    }
}
