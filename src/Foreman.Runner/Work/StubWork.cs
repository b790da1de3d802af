using Foreman.Api;

namespace Foreman.Runner.Work;

/// <summary>Waits and succeeds.</summary>
internal sealed class StubWork(TimeSpan sleep, TimeProvider time) : IAttemptWork
{
    /// <inheritdoc/>
    public async Task<WorkReport> RunAsync(Attempt attempt, Action<TaskProgress> turnEnded, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        try
        {
            await Task.Delay(sleep, time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return WorkReport.StoppedWith(Used(started));
        }

        var envelope = new ResultEnvelope
        {
            Kind = ResultEnvelope.Stub,
            Verdict = Verdict.Go,
            Summary = FormattableString.Invariant($"stub: waited {sleep.TotalSeconds:0.###} s, did nothing"),
            ElapsedSec = time.GetElapsedTime(started).TotalSeconds,
        };
        return new(envelope, TaskPhase.Succeeded, Used(started));
    }

    private Usage Used(long started) => new() { Seconds = (long)Math.Ceiling(time.GetElapsedTime(started).TotalSeconds) };
}
