using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Loop;

/// <summary>
/// Tasks as they will be read once their writes have arrived: queued or sent, a write counts for the next decision, so nothing
/// is assigned twice. An assumption ends when its write is read back or has failed. Safe for use from many threads.
/// </summary>
internal sealed class AssumeCache(TimeProvider time)
{
    /// <summary>A write that is not read back this long after it was sent counts as lost.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Assumption> _byUid = new(StringComparer.Ordinal);

    /// <summary>Time until the next assumption ends by itself; null when none does.</summary>
    public TimeSpan? NextExpiry
    {
        get
        {
            lock (_gate)
            {
                return _byUid.Values.Min(Remaining);
            }
        }
    }

    /// <summary>True when nothing is assumed.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _byUid.Count == 0;
            }
        }
    }

    /// <summary>A write of this state is queued: it counts, however long it waits.</summary>
    public void Assume(AgenticTask before, AgenticTask after)
    {
        lock (_gate)
        {
            _byUid[after.Uid()] = new Assumption(after.Status, before.ResourceVersion(), before.PhaseOrPending() != after.PhaseOrPending(), null, null, Longest);
        }
    }

    /// <summary>The write is sent now: from here on it may take so long and no longer.</summary>
    public void Sending(AgenticTask after) => Restart(after, Longest);

    /// <summary>The write was not taken and is queued again: it counts, however long it waits.</summary>
    public void Requeued(AgenticTask after)
    {
        lock (_gate)
        {
            if (Current(after) is { } assumption)
            {
                _byUid[after.Uid()] = assumption with { Since = null, For = Longest };
            }
        }
    }

    /// <summary>The write has arrived as this version.</summary>
    public void Confirm(AgenticTask after, string? resourceVersion)
    {
        lock (_gate)
        {
            if (Current(after) is { } assumption)
            {
                _byUid[after.Uid()] = assumption with { Confirmed = resourceVersion };
            }
        }
    }

    /// <summary>The write has failed; for a moment the task is left alone, so that the same write is not tried in a loop.</summary>
    public void ExpireAfter(AgenticTask after, TimeSpan pause) => Restart(after, pause);

    /// <summary>The task as decisions see it.</summary>
    public AgenticTask Overlay(AgenticTask read)
    {
        lock (_gate)
        {
            if (!_byUid.TryGetValue(read.Uid(), out var assumption))
            {
                return read;
            }

            if (IsOver(assumption, read))
            {
                _byUid.Remove(read.Uid());
                return read;
            }

            // The same object as long as it was read once, so that decisions see that nothing has changed.
            if (assumption.Seen is { } known && ReferenceEquals(assumption.Read, read))
            {
                return known;
            }

            var seen = read with { Status = assumption.Status };
            _byUid[read.Uid()] = assumption with { Read = read, Seen = seen };
            return seen;
        }
    }

    /// <summary>
    /// UIDs of the tasks whose change of phase has no answer yet, or has failed and pauses: a next decision about one would be
    /// written against a phase that the server does not have.
    /// </summary>
    public IReadOnlySet<string> Unconfirmed()
    {
        lock (_gate)
        {
            return _byUid.Where(a => a.Value is { ChangesPhase: true, Confirmed: null }).Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Drops the assumptions about tasks that are gone.</summary>
    public void RetainOnly(IReadOnlySet<string> uids)
    {
        lock (_gate)
        {
            foreach (var uid in _byUid.Keys.Where(u => !uids.Contains(u)).ToArray())
            {
                _byUid.Remove(uid);
            }
        }
    }

    private void Restart(AgenticTask after, TimeSpan length)
    {
        lock (_gate)
        {
            if (Current(after) is { } assumption)
            {
                _byUid[after.Uid()] = assumption with { Since = time.GetTimestamp(), For = length };
            }
        }
    }

    private Assumption? Current(AgenticTask after) =>
        _byUid.GetValueOrDefault(after.Uid()) is { } assumption && ReferenceEquals(assumption.Status, after.Status) ? assumption : null;

    private bool IsOver(Assumption assumption, AgenticTask read)
    {
        if (Remaining(assumption) <= TimeSpan.Zero)
        {
            return true;
        }

        if (read.ResourceVersion() == assumption.Basis)
        {
            return false;
        }

        var (there, assumed) = (read.Status, assumption.Status);
        return there.Attempt > assumed.Attempt
            || (there.Attempt == assumed.Attempt && there.Phase == assumed.Phase && there.Conditions.Find(ConditionTypes.Scheduled) == assumed.Conditions.Find(ConditionTypes.Scheduled))
            || (assumption.Confirmed is { } confirmed && !(ResourceVersions.Compare(read.ResourceVersion(), confirmed) < 0))
            || read.IsTerminal();
    }

    private TimeSpan? Remaining(Assumption assumption) => assumption.For - (assumption.Since is { } since ? time.GetElapsedTime(since) : (TimeSpan?)null);

    /// <param name="Status">What is assumed.</param>
    /// <param name="Basis">Resource version of the task that was decided upon.</param>
    /// <param name="ChangesPhase">False for an explanation.</param>
    /// <param name="Confirmed">Resource version of the write; null while it has no answer.</param>
    /// <param name="Since">Timestamp from which <paramref name="For"/> counts; null while the write is queued.</param>
    /// <param name="For">How long the assumption lasts.</param>
    private sealed record Assumption(AgenticTaskStatus Status, string Basis, bool ChangesPhase, string? Confirmed, long? Since, TimeSpan For)
    {
        /// <summary>The task as it was read last.</summary>
        public AgenticTask? Read { get; init; }

        /// <summary>The same with what is assumed.</summary>
        public AgenticTask? Seen { get; init; }
    }
}
