namespace Foreman.Runner;

/// <summary>What became of an assignment.</summary>
public enum RunOutcomeKind
{
    /// <summary>The task ended here; its result is stored with it.</summary>
    Ended,

    /// <summary>The attempt ended and the task went back to the operator.</summary>
    GivenBack,

    /// <summary>The assignment was refused before a claim.</summary>
    Declined,

    /// <summary>The claim did not succeed in time; nothing was done.</summary>
    NotClaimed,

    /// <summary>The task belongs to another holder or attempt by now, or is gone: the run stopped without a write.</summary>
    Fenced,

    /// <summary>The final write waits in the outbox, on disk or, where that is full, in memory: this process tries on, or the next one does.</summary>
    Kept,

    /// <summary>The process was told to stop at once; the next one of this host gives the task back.</summary>
    Abandoned,

    /// <summary>The task was not this runner's to run, or it runs here already.</summary>
    Ignored,
}

/// <summary>How <see cref="TaskRunner.RunAsync"/> ended.</summary>
/// <param name="Kind">What became of the assignment.</param>
/// <param name="Reason">CamelCase reason, as it stands in the attempt's entry where one was written.</param>
/// <param name="Message">What happened and why, for people.</param>
public sealed record RunOutcome(RunOutcomeKind Kind, string Reason, string Message);
