using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>Keeps explanations from being decided again before they have been read back, and those of which only numbers change from coming more often than at their pace.</summary>
/// <param name="before">What tasks were told before.</param>
/// <param name="uptime">Uptime of the decision.</param>
internal sealed class ExplanationLog(ToldTasks before, TimeSpan uptime)
{
    // Nothing is held for longer than it is remembered, so when it is removed makes no difference.
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(1);

    private readonly ImmutableDictionary<string, RecordedWrite>.Builder _told = before.ByUid.ToBuilder();
    private TimeSpan _trimAt = before.TrimAt;

    /// <summary>What tasks were told until now; the same object when nothing is new.</summary>
    public ToldTasks After
    {
        get
        {
            var told = _told.ToImmutable();
            return ReferenceEquals(told, before.ByUid) && _trimAt == before.TrimAt ? before : new(told, _trimAt);
        }
    }

    /// <summary>What a task was told last; null for nothing, or when that is forgotten.</summary>
    /// <param name="uid">The task.</param>
    public RecordedWrite? Find(string uid) => _told.GetValueOrDefault(uid);

    /// <summary>Uptime until which an explanation is held; null when it is due now.</summary>
    /// <param name="last">What the task was told last; null for nothing.</param>
    /// <param name="text">What it is to be told.</param>
    /// <param name="least">Least time between two different explanations.</param>
    public TimeSpan? HeldUntil(RecordedWrite? last, string text, TimeSpan least)
    {
        if (last is null)
        {
            return null;
        }

        var due = last.At + (last.Body == text ? WriteLog.RepeatAfter : least);
        due = due < last.Until ? due : last.Until;
        return due > uptime ? due : null;
    }

    /// <summary>Records that a task is told something now.</summary>
    /// <param name="uid">The task.</param>
    /// <param name="text">What it is told.</param>
    /// <param name="remembered">How long that is remembered.</param>
    public void Record(string uid, string text, TimeSpan remembered) => _told[uid] = new(text, uptime, uptime + remembered);

    /// <summary>Removes what is forgotten, once in a while.</summary>
    public void Trim()
    {
        if (uptime < _trimAt)
        {
            return;
        }

        _told.RemoveRange(_told.Where(w => uptime > w.Value.Until).Select(w => w.Key).ToArray());
        _trimAt = uptime + TrimEvery;
    }
}

/// <summary>What waiting tasks were told last.</summary>
/// <param name="ByUid">The explanations, by the UIDs of the tasks.</param>
/// <param name="TrimAt">Uptime at which forgotten ones are removed next.</param>
internal sealed record ToldTasks(ImmutableDictionary<string, RecordedWrite> ByUid, TimeSpan TrimAt)
{
    /// <summary>Nothing was told.</summary>
    public static ToldTasks None { get; } = new(ImmutableDictionary<string, RecordedWrite>.Empty, TimeSpan.Zero);
}
