using Foreman.Jobs;
using Foreman.Kubernetes;

namespace Foreman.Operator.Backends;

/// <summary>Events of the cluster as what is judged. Pure.</summary>
internal static class JobEvents
{
    /// <summary>An event about a Job or a pod.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="now">The time, for one that tells none.</param>
    public static JobEvent Of(CoreV1Event stored, DateTimeOffset now) =>
        new(stored.InvolvedObject?.Uid ?? "", stored.Reason ?? "", stored.Message ?? "", stored.FirstTimestamp ?? stored.Metadata.CreationTimestamp ?? now);
}
