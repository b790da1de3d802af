using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A stage that ends the run when the test says so.</summary>
internal sealed class GatedStage : IStage
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "gated";

    /// <summary>The task is claimed and the stage has begun.</summary>
    public Task Begun => _begun.Task.WaitAsync(TestDeadline.Default);

    public string? OutsideEffect(RunRecord record) => null;

    public void Finish() => _gate.TrySetResult();

    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        _begun.TrySetResult();
        await _gate.Task.WaitAsync(stop);
        return new StageResult.Done(new(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done" }, TaskPhase.Succeeded, new Usage { Turns = 1 }));
    }
}
