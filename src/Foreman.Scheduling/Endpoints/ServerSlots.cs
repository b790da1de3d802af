using System.Globalization;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Where the slots of a model server are known from.</summary>
internal enum SlotsSource
{
    /// <summary>An InferenceService has that address and says so.</summary>
    Service,

    /// <summary>A host has probed it.</summary>
    Probe,

    /// <summary>Nobody tells: the operator's setting.</summary>
    Setting,
}

/// <summary>
/// How many tasks the model servers that are reached by their URLs take at once, and how many use them. Agents that resolve to one server, by an
/// InferenceService, a proxy or the operator's override, share its slots. Counted on as one decision assigns tasks, once a task asks for a server with a bound.
/// </summary>
/// <param name="snapshot">The cluster.</param>
/// <param name="holding">The tasks that take slots, with their hosts.</param>
/// <param name="fleet">Its hosts.</param>
internal sealed class ServerSlots(ClusterSnapshot snapshot, IReadOnlyList<(AgenticTask Task, string Host)> holding, FleetView fleet)
{
    private readonly Dictionary<string, string?> _keys = new(StringComparer.Ordinal);
    private readonly List<AgenticTask> _placed = [];
    private Dictionary<string, int>? _used;
    private Dictionary<string, int>? _services;
    private Dictionary<string, int>? _probes;

    /// <summary>Why a task waits for its server; null when that has a slot for it, or no bound.</summary>
    /// <param name="task">The task.</param>
    /// <param name="server">The server that it would use; null for one of its host.</param>
    public PendingReason? Check(AgenticTask task, PromisedModel? server)
    {
        if (server is null || !task.Spec.Kind.AsksModel || KeyOf(server.Url) is not { } key || SlotsOf(key) is not { } slots)
        {
            return null;
        }

        var used = Used().GetValueOrDefault(key);
        return used < slots.Most ? null : Tell(server.Url!, used, slots);
    }

    /// <summary>True when what tasks of a demand are told depends on how many use their server. No assignment changes that.</summary>
    /// <param name="demand">The demand.</param>
    public bool IsBounded(Demand demand) => IsBounded(!demand.AsksNoModel, demand.FixedServer);

    /// <summary>True when what a task is told depends on how many use its server.</summary>
    /// <param name="asksModel">False for a task that asks no model.</param>
    /// <param name="server">The server that it would use; null for one of its host.</param>
    public bool IsBounded(bool asksModel, PromisedModel? server) => asksModel && KeyOf(server?.Url) is { } key && SlotsOf(key) is not null;

    /// <summary>What all addresses of a server have in common, and how many tasks it takes at once; null when it has no bound.</summary>
    /// <param name="asksModel">False for a task that asks no model.</param>
    /// <param name="server">The server that it would use; null for one of its host.</param>
    public (string Key, int Most)? BoundOf(bool asksModel, PromisedModel? server) =>
        asksModel && KeyOf(server?.Url) is { } key && SlotsOf(key) is { } slots ? (key, slots.Most) : null;

    /// <summary>Counts a task that gets a slot.</summary>
    /// <param name="task">The task as it will be read.</param>
    public void Use(AgenticTask task)
    {
        if (_used is { } used)
        {
            Count(used, task, task.Status.AssignedNode);
        }
        else
        {
            _placed.Add(task);
        }
    }

    /// <summary>The reason for a server without a slot.</summary>
    /// <param name="url">The server.</param>
    /// <param name="used">How many tasks use it.</param>
    /// <param name="slots">How many may, and who says so.</param>
    public static PendingReason Tell(string url, int used, (int Most, SlotsSource Source) slots)
    {
        var source = slots.Source switch
        {
            SlotsSource.Service => "by its InferenceService",
            SlotsSource.Probe => "as a host has probed",
            _ => "by --model-server-tasks of the operator, as nobody tells its slots",
        };
        return new PendingReason(Reasons.ConcurrencyLimit, string.Create(
            CultureInfo.InvariantCulture, $"Model server {url} takes {slots.Most} at once ({source}), and {used} use it; this one follows when one of them ends."));
    }

    private (int Most, SlotsSource Source)? SlotsOf(string key) =>
        (_services ??= Services()).TryGetValue(key, out var declared) ? (declared, SlotsSource.Service)
        : (_probes ??= Probes()).TryGetValue(key, out var probed) ? (probed, SlotsSource.Probe)
        : snapshot.Settings.TasksPerServer is { } most ? (most, SlotsSource.Setting)
        : null;

    private Dictionary<string, int> Used()
    {
        if (_used is { } known)
        {
            return known;
        }

        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (task, host) in holding)
        {
            Count(used, task, host);
        }

        foreach (var task in _placed)
        {
            Count(used, task, task.Status.AssignedNode);
        }

        return _used = used;
    }

    // A server of the task's host may be what others reach by another address.
    private void Count(Dictionary<string, int> used, AgenticTask task, string? host)
    {
        if (task.Status.Model?.Url is not { } url)
        {
            return;
        }

        var server = fleet.Find(host)?.Capability.ModelServers?.FirstOrDefault(s => s.Url == url || s.ReachableURL == url);
        var (one, two, three) = (KeyOf(url), KeyOf(server?.Url), KeyOf(server?.ReachableURL));
        Add(used, one);
        Add(used, two == one ? null : two);
        Add(used, three == one || three == two ? null : three);
    }

    private static void Add(Dictionary<string, int> used, string? key)
    {
        if (key is not null)
        {
            used[key] = used.GetValueOrDefault(key) + 1;
        }
    }

    private Dictionary<string, int> Services()
    {
        var slots = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var service in snapshot.InferenceServices.Values)
        {
            if (service.Slots is > 0 and var there && KeyOf(service.Url) is { } key)
            {
                slots[key] = Math.Max(there, slots.GetValueOrDefault(key));
            }
        }

        return slots;
    }

    // One that is heard of knows better than one that is not, whatever the clock of that says; then the one that told last, then the first by name.
    private Dictionary<string, int> Probes()
    {
        var slots = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var host in fleet.All.OrderByDescending(n => n.Liveness == NodeLiveness.Live).ThenByDescending(n => n.Node.Status?.LastHeartbeatTime))
        {
            foreach (var server in host.Capability.ModelServers ?? [])
            {
                if (ProbedSlots(host.Capability, server) is > 0 and var there)
                {
                    TryAdd(slots, KeyOf(server.Url), there);
                    TryAdd(slots, KeyOf(server.ReachableURL), there);
                }
            }
        }

        return slots;
    }

    private static void TryAdd(Dictionary<string, int> slots, string? key, int there)
    {
        if (key is not null)
        {
            slots.TryAdd(key, there);
        }
    }

    /// <summary>The slots of all models that a server has in memory; null when one of them does not say.</summary>
    /// <param name="capability">What the host has.</param>
    /// <param name="server">One of its servers.</param>
    public static int? ProbedSlots(NodeCapability capability, ModelServer server)
    {
        if (server.Healthy == false)
        {
            return null;
        }

        var sum = 0L;
        foreach (var model in capability.Models ?? [])
        {
            if (model.Loaded == false || !model.CanChat() || !string.Equals(model.Server, server.Url, StringComparison.Ordinal))
            {
                continue;
            }

            if (model.Slots is not { } slots)
            {
                return null;
            }

            sum += slots;
        }

        return (int)Math.Min(sum, int.MaxValue);
    }

    private string? KeyOf(string? url)
    {
        if (url is null)
        {
            return null;
        }

        if (!_keys.TryGetValue(url, out var key))
        {
            _keys.Add(url, key = ServerUrl.Shared(url));
        }

        return key;
    }
}
