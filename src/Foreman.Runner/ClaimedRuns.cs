using Foreman.Api;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Progress;
using Foreman.Runner.Stages;
using Foreman.Runner.Stops;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner;

/// <summary>How a claimed run ended: with a final write, or with nothing left to write.</summary>
/// <param name="Entry">What is to be written; null when nothing is.</param>
/// <param name="Outcome">The outcome when nothing is to be written.</param>
internal sealed record ClaimedEnd(OutboxEntry? Entry, RunOutcome? Outcome);

/// <summary>
/// The time between the claim and the final write: the stages under the signals of the host. A stage that throws fails the
/// run, and one that does not heed its stop is left behind after a grace, so that the slot never depends on it.
/// </summary>
internal sealed class ClaimedRuns(StageRegistry stages, RunnerOptions options, FencedWriter writer, TimeProvider time, ILogger logger)
{
    // A process that ends now waits no longer for a stage.
    private static readonly TimeSpan HardStopGrace = TimeSpan.FromSeconds(1);

    /// <summary>Runs the stages and decides how the attempt is closed.</summary>
    /// <param name="attempt">The attempt, claimed.</param>
    /// <param name="signals">What the host tells the run.</param>
    /// <param name="hardStop">The process ends now.</param>
    public async Task<ClaimedEnd> RunAsync(Attempt attempt, RunSignals signals, CancellationToken hardStop)
    {
        signals.Begin(attempt.Task);
        using var monitor = new StopMonitor(attempt, signals, StopLimit.Of(attempt.Task), time, logger);
        WorkReport report;
        var progress = new ProgressWriter(attempt, writer, monitor, time, logger);
        await using (progress.ConfigureAwait(false))
        {
            report = await WorkAsync(attempt, progress, monitor, hardStop).ConfigureAwait(false);
        }

        var plan = monitor.Plan;
        if (plan.Kind == StopKind.Fence)
        {
            logger.StoppedWithoutWrite(attempt, plan.Message);
            return new(null, new(RunOutcomeKind.Fenced, Reasons.Fenced, plan.Message));
        }

        if (report.Stopped && plan.Kind == StopKind.None)
        {
            return new(null, new(RunOutcomeKind.Abandoned, Reasons.AgentRestarted, "the process was told to stop at once"));
        }

        return new(ClosingEntries.Of(attempt.SeenAs(signals.State.Latest), report, plan, time.GetUtcNow()), null);
    }

    private async Task<WorkReport> WorkAsync(Attempt attempt, ProgressWriter progress, StopMonitor monitor, CancellationToken hardStop)
    {
        var started = time.GetTimestamp();

        // Disposed with the work and not with the run: a stage that is left behind may still look at its token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(monitor.Token, hardStop);
        var token = stop.Token;
        var work = Task.Run(() => RunStagesAsync(attempt, progress, token), CancellationToken.None);
        _ = work.ContinueWith(_ => stop.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (await EndsAsync(work, token, hardStop).ConfigureAwait(false))
        {
            return await work.ConfigureAwait(false);
        }

        logger.RunLeftBehind(attempt, hardStop.IsCancellationRequested ? HardStopGrace.TotalSeconds : options.StopGrace.TotalSeconds);
        _ = work.ContinueWith(w => logger.LeftBehindEnded(w.Exception, attempt), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return WorkReport.StoppedWith(new Usage { Seconds = (long)Math.Ceiling(time.GetElapsedTime(started).TotalSeconds) });
    }

    private async Task<WorkReport> RunStagesAsync(Attempt attempt, ProgressWriter progress, CancellationToken stop)
    {
        try
        {
            return ReportRedaction.Of(await stages.RunAsync(attempt, told => progress.Report(ReportRedaction.Of(told, options.Redaction)), stop).ConfigureAwait(false), options.Redaction);
        }
        catch (Exception e)
        {
            // The task must not hang on it: another attempt may get past it, and the log keeps the trace.
            logger.RunnerFault(e, attempt);
            return ReportRedaction.Of(
                DiskFaults.Report(e) ?? WorkReport.Failed(FailureReason.InfrastructureError, $"a fault of the agent on {options.NodeName}: {e.GetType().Name}: {e.Message} Its log has the details"),
                options.Redaction);
        }
    }

    /// <summary>False when the work goes on although it was told to stop and its grace is over.</summary>
    private async Task<bool> EndsAsync(Task work, CancellationToken stop, CancellationToken hardStop)
    {
        if (await CompletesAsync(work, Timeout.InfiniteTimeSpan, stop).ConfigureAwait(false)
            || (!hardStop.IsCancellationRequested && await CompletesAsync(work, options.StopGrace, hardStop).ConfigureAwait(false)))
        {
            return true;
        }

        return hardStop.IsCancellationRequested && await CompletesAsync(work, HardStopGrace, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<bool> CompletesAsync(Task work, TimeSpan limit, CancellationToken cancellationToken)
    {
        await work.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return work.IsCompleted;
    }
}
