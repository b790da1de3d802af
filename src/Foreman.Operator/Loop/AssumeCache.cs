using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Loop;

/// <summary>
/// Tasks as they will be read once writes under way have arrived. A decision counts with what the last one wrote, so nothing
/// is placed twice; a write that failed is forgotten, one that arrived gives way to what is read. Safe for use from many threads.
/// </summary>
internal sealed class AssumeCache(TimeProvider time)
{
    /// <summary>What is written and not read back after this long is taken for lost.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Assumption> _byUid = new(StringComparer.Ordinal);

    /// <summary>When the next assumption is forgotten, as a timestamp of the clock; null for none.</summary>
    public TimeSpan? NextExpiry
    {
        get
        {
            lock (_gate)
            {
                return _byUid.Count == 0 ? null : _byUid.Values.Min(a => Remaining(a));
            }
        }
    }

    /// <summary>A write of this state is under way.</summary>
    public void Assume(AgenticTask before, AgenticTask after)
    {
        lock (_gate)
        {
            _byUid[after.Uid()] = new Assumption(after.Status, before.ResourceVersion(), null, time.GetTimestamp(), Longest);
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
    public void ExpireAfter(AgenticTask after, TimeSpan pause)
    {
        lock (_gate)
        {
            if (Current(after) is { } assumption)
            {
                _byUid[after.Uid()] = assumption with { Since = time.GetTimestamp(), For = pause };
            }
        }
    }

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

            return read with { Status = assumption.Status };
        }
    }

    /// <summary>Drops what was assumed of tasks that are gone.</summary>
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

    private TimeSpan Remaining(Assumption assumption) => assumption.For - time.GetElapsedTime(assumption.Since);

    private sealed record Assumption(AgenticTaskStatus Status, string Basis, string? Confirmed, long Since, TimeSpan For);
}
