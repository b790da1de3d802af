namespace Foreman.Kubernetes;

/// <summary>How one reconcile ended.</summary>
internal abstract record ReconcileOutcome(string ResultName)
{
    /// <summary>It was told to stop, or never began.</summary>
    public static ReconcileOutcome Stopped { get; } = new StoppedOutcome();

    /// <summary>It returned; look again after a time, if one is given.</summary>
    public sealed record Succeeded(TimeSpan? Delay) : ReconcileOutcome(Delay is null ? "success" : "requeue_after");

    /// <summary>It threw.</summary>
    public sealed record Failed(Exception Error) : ReconcileOutcome("error");

    private sealed record StoppedOutcome() : ReconcileOutcome("stopped");
}
