namespace Foreman.Scheduling;

/// <summary>A waiting task whose turn changed nothing, and will not while what it was told stays.</summary>
/// <param name="Why">What it was told.</param>
/// <param name="Class">Place of its class among <see cref="KeptMarks.Classes"/>; -1 when it was not held against hosts.</param>
/// <param name="Others">Which other tasks were asked: what they said holds while none of them changes.</param>
/// <param name="Held">Its write, which is held until a time; null when the task says so already.</param>
internal sealed record QuietMark(PendingReason Why, int Class, AskedOthers Others, HeldWrite? Held)
{
    /// <summary>What its quotas said; null when what it was told does not depend on them.</summary>
    public QuotaFinding? Quota { get; init; }

    /// <summary>Its group, of which nothing is asked for each task; null for a task that is looked at by itself.</summary>
    public QuietGroup? Group { get; init; }
}

/// <summary>Which other tasks are asked about a task that waits.</summary>
internal enum AskedOthers
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that it depends on, and whether they depend on it.</summary>
    Upstream,

    /// <summary>All.</summary>
    All,
}

/// <summary>An explanation that is not to be written yet.</summary>
/// <param name="At">Uptime of the last write.</param>
/// <param name="Until">Uptime until which that is remembered, and the write is held at most.</param>
/// <param name="IsRepeat">True when it was the same text, which is written again only when it gets lost.</param>
/// <param name="Factor">That of the task, as <see cref="ExplanationPace.FactorOf"/> gives it.</param>
/// <param name="Least">What its reason asks for at least.</param>
internal sealed record HeldWrite(TimeSpan At, TimeSpan Until, bool IsRepeat, double Factor, TimeSpan Least)
{
    /// <summary>What is held, as the log has it.</summary>
    /// <param name="last">The last write.</param>
    /// <param name="body">The write that is held.</param>
    /// <param name="uid">The task.</param>
    /// <param name="least">What its reason asks for at least.</param>
    public static HeldWrite Of(RecordedWrite last, string body, string uid, TimeSpan least) =>
        new(last.At, last.Until, last.Body == body, ExplanationPace.FactorOf(uid), least);

    /// <summary>Uptime at which it is written.</summary>
    /// <param name="waiting">How many tasks wait.</param>
    public TimeSpan Due(int waiting)
    {
        var due = At + (IsRepeat ? WriteLog.RepeatAfter : ExplanationPace.Between(Factor, waiting, Least));
        return due < Until ? due : Until;
    }
}
