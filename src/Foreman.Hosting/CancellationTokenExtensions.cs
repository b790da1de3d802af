namespace Foreman.Hosting;

/// <summary>Waits for tokens.</summary>
public static class CancellationTokenExtensions
{
    /// <summary>Completes, and does not throw, when the token is cancelled.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(() => cancelled.TrySetResult());
        await cancelled.Task.ConfigureAwait(false);
    }
}
