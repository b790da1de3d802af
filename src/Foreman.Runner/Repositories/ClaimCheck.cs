using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;

namespace Foreman.Runner.Repositories;

/// <summary>Reads whether an attempt holds its claim, right before something leaves this host.</summary>
internal sealed class ClaimCheck(IKubernetes kubernetes, TimeProvider time, Jitter jitter)
{
    /// <summary>True while the attempt runs and is held by its holder; it waits while the API server can't be reached.</summary>
    public async Task<bool> HoldsAsync(Attempt attempt, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Holds(await kubernetes.TryReadAsync<AgenticTask>(attempt.Name, attempt.Namespace, stop).ConfigureAwait(false), attempt);
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), jitter.Next()), time, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>True when the task says so. Pure.</summary>
    public static bool Holds(AgenticTask? task, Attempt attempt) =>
        task is not null && task.Uid() == attempt.Uid && task.Status.Attempt == attempt.Number
        && task.PhaseOrPending() == TaskPhase.Running && task.Status.Claim?.Holder == attempt.Holder && task.Spec.Cancel != true;
}
