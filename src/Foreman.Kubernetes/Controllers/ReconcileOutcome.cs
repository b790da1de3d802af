namespace Foreman.Kubernetes;

/// <summary>How one reconcile ended.</summary>
internal abstract record ReconcileOutcome(string ResultName)
{
    /// <summary>It was cancelled, or never started.</summary>
    public static ReconcileOutcome Stopped { get; } = new StoppedOutcome();

    /// <summary>It returned; reconcile again after the delay, if one is given.</summary>
    public sealed record Succeeded(TimeSpan? Delay) : ReconcileOutcome(Delay is null ? "success" : "requeue_after");

    /// <summary>It threw.</summary>
    public sealed record Failed(Exception Error) : ReconcileOutcome("error");

    private sealed record StoppedOutcome() : ReconcileOutcome("stopped");
}
