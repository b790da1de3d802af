using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Who goes first: the larger priority, then the older task, then the name.</summary>
internal static class QueueOrder
{
    public static IReadOnlyList<AgenticTask> Sort(IEnumerable<AgenticTask> waiting) =>
    [
        .. waiting
            .OrderByDescending(t => t.Spec.Priority ?? 0)
            .ThenBy(t => t.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue)
            .ThenBy(t => t.Namespace(), StringComparer.Ordinal)
            .ThenBy(t => t.Name(), StringComparer.Ordinal),
    ];
}
