using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Dispatch;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary>A cluster that was read once.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Notes">What is said besides: a sentence without its full stop for what could not be read as the operator does.</param>
internal sealed record ReadCluster(ClusterSnapshot Cluster, IReadOnlyList<string> Notes);

/// <summary>Reads once what decisions look at.</summary>
internal static class ClusterReader
{
    /// <summary>The cluster as a decision needs it.</summary>
    /// <param name="client">The API.</param>
    /// <param name="settings">Those of the operator.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ExitException">The kinds are not served, or may not be read.</exception>
    public static async Task<ReadCluster> ReadAsync(IKubernetes client, SchedulerSettings settings, DateTimeOffset now, CancellationToken stop)
    {
        var nodes = ListAsync<FleetNode>(client, stop);
        var tasks = ListAsync<AgenticTask>(client, stop);
        var agents = ListAsync<Agent>(client, stop);
        var services = ServicesAsync(client, stop);
        var quotas = QuotasAsync(client, settings.ForemanNamespace, stop);
        await Task.WhenAll(nodes, tasks, agents, services, quotas);
        var (inForce, notes) = await quotas;
        var read = new ClusterSnapshot
        {
            Nodes = await nodes,
            Tasks = await tasks,
            Agents = await agents,
            InferenceServices = (await services).ToDictionary(s => ObjectKey.Of(s), s => s.ToEndpoint()),
            Quotas = inForce,
            Settings = settings,
        };
        return new(ObservedCluster.Of(read, now), notes);
    }

    /// <summary>The quotas of a cluster. The operator may have read a better file before, which nobody else knows.</summary>
    /// <param name="client">The API.</param>
    /// <param name="space">Namespace of the operator.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>None, and a note, for an identity that may not read them.</returns>
    public static async Task<(QuotaSet Quotas, IReadOnlyList<string> Notes)> QuotasAsync(IKubernetes client, string space, CancellationToken stop)
    {
        try
        {
            var read = QuotaFile.Read(await client.TryReadAsync<V1ConfigMap>(QuotaFile.ConfigMap, space, stop));
            return (read.Quotas, read.Errors.IsEmpty ? [] : [$"ConfigMap {space}/{QuotaFile.ConfigMap} has errors. Only its entries without one count here, while an operator that has read a file without errors goes by that: {read.Summary}"]);
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return (QuotaSet.None, [$"quotas and weights are not known here, and no part of this: {Printable.Line(e.Status.Message ?? e.Message, 500)}"]);
        }
    }

    /// <summary>All InferenceServices; none where the cluster does not serve that kind.</summary>
    /// <exception cref="ExitException">They may not be read: Agents that name one would be told that there is none.</exception>
    public static async Task<IReadOnlyList<InferenceService>> ServicesAsync(IKubernetes client, CancellationToken stop)
    {
        try
        {
            return await ListAsync<InferenceService>(client, stop);
        }
        catch (ExitException e) when (e.InnerException is KubernetesException { IsNotFound: true })
        {
            return [];
        }
    }

    /// <summary>All objects of a kind.</summary>
    /// <exception cref="ExitException">The kind is not served, or may not be read.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(IKubernetes client, CancellationToken stop)
        where T : class, IResource<T>
    {
        try
        {
            var all = new List<T>();
            await foreach (var item in client.ListPagesAsync<T>(null, null, stop))
            {
                all.Add(item);
            }

            return all;
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsForbidden || e.IsUnauthorized)
        {
            throw new DispatchAccess("object", $"list of {T.Type.Plural}.{T.Type.Group}{(T.Type.Namespaced ? " in all namespaces" : "")}").Unreadable(e, client.Configuration.Host, null);
        }
    }
}
