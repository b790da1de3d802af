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
}

/// <summary>The marks that a decision leaves.</summary>
/// <param name="ByPlace">Those of tasks by their places; null for a task that has none.</param>
/// <param name="Classes">The classes that they refer to; null for one that is gone.</param>
/// <param name="Without">Places of the waiting tasks that have none.</param>
/// <param name="Due">Uptime at which the first write that is held falls due; null when none is held.</param>
internal sealed record KeptMarks(QuietMark?[] ByPlace, KeptClass?[] Classes, IReadOnlyList<int> Without, TimeSpan? Due)
{
    /// <summary>True when one of the marks depends on what quotas say.</summary>
    public bool DependOnQuotas { get; init; }
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
/// <param name="Until">Uptime until which that is remembered.</param>
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
    public TimeSpan Due(int waiting) => At + (IsRepeat ? WriteLog.RepeatAfter : ExplanationPace.Between(Factor, waiting, Least));
}

/// <summary>A class of demands as a decision left it.</summary>
/// <param name="Verdicts">The hosts as they were read.</param>
/// <param name="Why">What its tasks are told because no host takes them; null where they are told of quotas only.</param>
/// <param name="Nearest">The host that is named to them; of no meaning without <paramref name="Why"/>.</param>
internal sealed record KeptClass(DemandVerdicts Verdicts, PendingReason? Why, Nearness Nearest);
