using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>Runs the stages of a run, and tells about once a minute that one goes on which reports nothing itself.</summary>
/// <param name="report">Takes a report and returns at once.</param>
/// <param name="time">The clock of the reports.</param>
internal sealed class StagePulse(Action<TaskProgress> report, TimeProvider time)
{
    private TaskProgress _last = new();

    /// <summary>Runs a stage to its end.</summary>
    public async Task<StageResult> RunAsync(IStage stage, RunRecord record, CancellationToken stop)
    {
        var work = stage.RunAsync(record, Report, stop);
        if (!stage.IsTimed)
        {
            return await work.ConfigureAwait(false);
        }

        using var over = new CancellationTokenSource();
        while (!work.IsCompleted && await Task.WhenAny(work, Task.Delay(TurnObserver.Interval, time, over.Token)).ConfigureAwait(false) != work)
        {
            report(_last);
        }

        await over.CancelAsync().ConfigureAwait(false);
        return await work.ConfigureAwait(false);
    }

    private void Report(TaskProgress progress)
    {
        _last = progress;
        report(progress);
    }
}
