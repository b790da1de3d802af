using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>The slots of model servers that are reached by their URLs, counted anew for each task.</summary>
internal static class ReferenceServers
{
    /// <summary>Why a task waits for its server; null when it need not.</summary>
    /// <param name="snapshot">The cluster as it was read.</param>
    /// <param name="fleet">Its hosts.</param>
    /// <param name="placed">The tasks that the decision has placed so far.</param>
    /// <param name="task">The task.</param>
    /// <param name="server">The server that it would use.</param>
    public static PendingReason? Check(ClusterSnapshot snapshot, FleetView fleet, IEnumerable<AgenticTask> placed, AgenticTask task, PromisedModel? server)
    {
        if (!task.Spec.Kind.AsksModel || server?.Url is not { Length: > 0 } url || ServerUrl.IsLoopback(url) || SlotsOf(snapshot, fleet, url) is not { } slots)
        {
            return null;
        }

        var used = snapshot.Tasks.Where(t => t.SlotOn(snapshot.Unconfirmed) is not null)
            .Count(t => Uses(snapshot, t, t.SlotOn(snapshot.Unconfirmed), url))
            + placed.Count(t => Uses(snapshot, t, t.Status.AssignedNode, url));
        return used < slots.Most ? null : ServerSlots.Tell(url, used, slots);
    }

    private static (int Most, SlotsSource Source)? SlotsOf(ClusterSnapshot snapshot, FleetView fleet, string url)
    {
        var declared = snapshot.InferenceServices.Values.Where(s => ServerUrl.Same(s.Url, url)).Max(s => s.Slots);
        if (declared is > 0 and var most)
        {
            return (most, SlotsSource.Service);
        }

        var probed = snapshot.Nodes
            .OrderBy(n => fleet.All.Any(h => h.Name == n.Name() && h.Liveness == NodeLiveness.Live) ? 0 : 1)
            .ThenByDescending(n => n.Status?.LastHeartbeatTime ?? DateTimeOffset.MinValue)
            .ThenBy(n => n.Name(), StringComparer.Ordinal)
            .SelectMany(n => (n.Status?.Capability?.ModelServers ?? [])
                .Where(s => Is(s, url) && s.Healthy != false)
                .Select(s => SlotsOf((n.Status!.Capability!.Models ?? []).Where(m => m.Server == s.Url && m.Loaded != false && m.CanChat()))))
            .FirstOrDefault(slots => slots > 0);
        return probed > 0 ? (probed, SlotsSource.Probe) : snapshot.Settings.TasksPerServer is { } told ? (told, SlotsSource.Setting) : null;
    }

    private static int SlotsOf(IEnumerable<ServedModel> models) => models.Aggregate(0, (sum, model) => sum < 0 || model.Slots is not { } slots ? -1 : sum + slots);

    private static bool Uses(ClusterSnapshot snapshot, AgenticTask task, string? host, string url)
    {
        var used = task.Status.Model?.Url;
        return ServerUrl.Same(used, url) || (used is not null && snapshot.Nodes
            .Where(n => n.Name() == host)
            .SelectMany(n => n.Status?.Capability?.ModelServers ?? [])
            .FirstOrDefault(s => s.Url == used || s.ReachableURL == used) is { } server && Is(server, url));
    }

    private static bool Is(ModelServer server, string url) => ServerUrl.Same(server.Url, url) || ServerUrl.Same(server.ReachableURL, url);
}
