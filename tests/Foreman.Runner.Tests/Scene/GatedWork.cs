using Foreman.Api;
using Foreman.Runner.Work;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>Work that ends when the test says so.</summary>
internal sealed class GatedWork : IAttemptWork
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The task is claimed and the work has begun.</summary>
    public Task Begun => _begun.Task.WaitAsync(TestDeadline.Default);

    public void Finish() => _gate.TrySetResult();

    public async Task<WorkReport> RunAsync(Attempt attempt, Action<TaskProgress> turnEnded, CancellationToken stop)
    {
        _begun.TrySetResult();
        try
        {
            await _gate.Task.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return WorkReport.StoppedWith(new Usage { Turns = 1 });
        }

        return new(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done" }, TaskPhase.Succeeded, new Usage { Turns = 1 });
    }
}
