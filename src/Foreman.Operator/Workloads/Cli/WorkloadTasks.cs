using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>The tasks of one Workload.</summary>
internal static class WorkloadTasks
{
    // Most characters of a label's value; a Workload with a longer name has no tasks.
    private const int MaxLabel = 63;

    /// <summary>Selects them by their label; null for a name that no label can hold.</summary>
    public static string? Selector(string workload) => workload.Length <= MaxLabel ? Selectors.Equal(Labels.Workload, workload) : null;

    /// <summary>Those of a Workload among others that have its label, by name.</summary>
    public static ImmutableDictionary<string, AgenticTask> Of(Workload workload, IEnumerable<AgenticTask> tasks) =>
        tasks.Where(t => WorkloadChildren.IsChild(t, workload)).ToImmutableDictionary(t => t.Name(), StringComparer.Ordinal);

    /// <summary>Reads them; none where they can't be read now, or may not be.</summary>
    public static async Task<ImmutableDictionary<string, AgenticTask>> ReadAsync(IKubernetes client, Workload workload, CancellationToken cancellationToken)
    {
        if (Selector(workload.Name()) is not { } selector)
        {
            return ImmutableDictionary<string, AgenticTask>.Empty;
        }

        try
        {
            return Of(workload, (await client.ListAsync<AgenticTask>(workload.Namespace(), new ListOptions { LabelSelector = selector }, cancellationToken)).Items);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            return ImmutableDictionary<string, AgenticTask>.Empty;
        }
    }
}
