using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>
/// One step of a run. It knows nothing but the record that the stages before it made, and may be run again from that
/// record by another process.
/// </summary>
internal interface IStage
{
    /// <summary>For logs and messages: one lower-case word.</summary>
    string Name { get; }

    /// <summary>What it will do outside of this process, said before it does it; null when it does nothing there.</summary>
    /// <param name="record">As it stands before the stage.</param>
    string? OutsideEffect(RunRecord record);

    /// <summary>
    /// True when it ends by deadlines of its own and reports no progress: it is then told about once a minute that the run goes on, since
    /// a run without a sign of life is taken back.
    /// </summary>
    bool IsTimed => false;

    /// <summary>Runs the stage.</summary>
    /// <param name="record">As it stands before the stage.</param>
    /// <param name="reportProgress">Called with where the run stands, at the end of each turn and about once a minute within one; it returns at once.</param>
    /// <param name="stop">Ends the stage at its next safe point.</param>
    /// <exception cref="StageException">The run can't go on; the attempt ends with its reason.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop);
}

/// <summary>What a stage gives: the record for the next stage, or the outcome of the run.</summary>
internal abstract record StageResult
{
    /// <summary>The next stage goes on.</summary>
    /// <param name="Record">With what this stage added.</param>
    internal sealed record Next(RunRecord Record) : StageResult;

    /// <summary>No further stage runs.</summary>
    /// <param name="Report">What came of the run.</param>
    internal sealed record Done(WorkReport Report) : StageResult;
}

/// <summary>A stage can't do its work. The message says what, where, why and what to do; it ends the attempt with the reason.</summary>
internal sealed class StageException(FailureReason reason, string message) : Exception(message)
{
    public FailureReason Reason { get; } = reason;
}
