namespace Foreman.Operator.Cli;

/// <summary>Waits for a signal.</summary>
internal static class Waiting
{
    /// <summary>Returns when the token is cancelled.</summary>
    public static async Task UntilAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
    }
}
