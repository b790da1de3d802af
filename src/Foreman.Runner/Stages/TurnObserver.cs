using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Runner.Progress;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>
/// Reports where the loop stands: at the end of each turn, and the same again about once a minute while a turn goes on, so that
/// a long answer and a model that loads are not taken for a run that hangs. Each report tells what the model server makes the run wait for.
/// </summary>
/// <param name="report">Takes a report and returns at once.</param>
/// <param name="attempt">For the log.</param>
/// <param name="time">The clock of the reports.</param>
/// <param name="logger">Told of waits for the model server.</param>
internal sealed class TurnObserver(Action<TaskProgress> report, Attempt attempt, TimeProvider time, ILogger logger) : IRunObserver
{
    /// <summary>Least time between a report and the next one within the same turn.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private TaskProgress? _last;
    private TaskWait? _wait;
    private long _reportedAt = time.GetTimestamp();

    /// <summary>Where the attempt went on; null when it began at its base.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <inheritdoc/>
    public void TurnEnded(RunProgress progress) => Report(new TaskProgress
    {
        Turn = progress.Turn,
        Tool = progress.Tool,
        PromptTokens = progress.PromptTokens,
        CompletionTokens = progress.CompletionTokens,
        ResumedFrom = ResumedFrom,
    });

    /// <inheritdoc/>
    public void StillRunning()
    {
        if (time.GetElapsedTime(_reportedAt) >= Interval)
        {
            Report(_last ?? new TaskProgress());
        }
    }

    /// <inheritdoc/>
    public void Waiting(ModelWait? wait)
    {
        _wait = wait is null ? null : WaitReport.Of(wait);
        if (wait is null)
        {
            logger.ModelAnswersAgain(attempt);
        }
        else
        {
            logger.WaitsForModel(attempt, wait.Message);
        }
    }

    private void Report(TaskProgress progress)
    {
        (_last, _reportedAt) = (progress with { Waiting = _wait }, time.GetTimestamp());
        report(_last);
    }
}
