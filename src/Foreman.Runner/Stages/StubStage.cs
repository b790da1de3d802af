using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>Waits and succeeds.</summary>
internal sealed class StubStage(TimeSpan sleep, TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public string Name => "stub";

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        await Task.Delay(sleep, time, stop).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(record.StartedAt).TotalSeconds;
        var envelope = new ResultEnvelope
        {
            Kind = ResultEnvelope.Stub,
            Verdict = Verdict.Go,
            Summary = FormattableString.Invariant($"stub: waited {sleep.TotalSeconds:0.###} s, did nothing"),
            ElapsedSec = elapsed,
        };
        return new StageResult.Done(new(envelope, TaskPhase.Succeeded, new Usage { Seconds = (long)Math.Ceiling(elapsed) }));
    }
}
