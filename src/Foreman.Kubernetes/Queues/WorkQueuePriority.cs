namespace Foreman.Kubernetes;

/// <summary>Priorities that controllers give to keys.</summary>
public static class WorkQueuePriority
{
    /// <summary>Something has changed.</summary>
    public const int Default = 0;

    /// <summary>Objects that were there before the controller, and resyncs: they wait behind changes, but never for ever.</summary>
    public const int Low = -100;
}
