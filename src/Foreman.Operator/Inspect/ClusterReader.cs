using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Dispatch;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary>Reads once what decisions look at.</summary>
internal static class ClusterReader
{
    /// <summary>The cluster as a decision needs it.</summary>
    /// <param name="client">The API.</param>
    /// <param name="settings">Those of the operator.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ExitException">The kinds are not served, or may not be read.</exception>
    public static async Task<ClusterSnapshot> ReadAsync(IKubernetes client, SchedulerSettings settings, DateTimeOffset now, CancellationToken stop)
    {
        var nodes = ListAsync<FleetNode>(client, stop);
        var tasks = ListAsync<AgenticTask>(client, stop);
        var agents = ListAsync<Agent>(client, stop);
        var services = DispatchAccess.TryListAsync<InferenceService>(client, null, stop);
        await Task.WhenAll(nodes, tasks, agents, services);
        return ObservedCluster.Of(
            new ClusterSnapshot
            {
                Nodes = await nodes,
                Tasks = await tasks,
                Agents = await agents,
                InferenceServices = (await services ?? []).ToDictionary(s => ObjectKey.Of(s), s => s.ToEndpoint()),
                Settings = settings,
            },
            now);
    }

    /// <summary>All objects of a kind.</summary>
    /// <exception cref="ExitException">The kind is not served, or may not be read.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(IKubernetes client, CancellationToken stop)
        where T : class, IResource<T>
    {
        try
        {
            return [.. (await client.ListAsync<T>(null, null, stop)).Items];
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsForbidden || e.IsUnauthorized)
        {
            throw new DispatchAccess("object", $"list of {T.Type.Plural}.{T.Type.Group}{(T.Type.Namespaced ? " in all namespaces" : "")}").Unreadable(e, client.Configuration.Host, null);
        }
    }
}
