using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Agent.Draining;
using Foreman.Agent.Hosting;

namespace Foreman.Agent.Heartbeat;

/// <summary>The agent's part of <c>FleetNode.status</c>.</summary>
internal static class NodeStatus
{
    public static string Version { get; } = typeof(NodeStatus).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The facts as they should stand there.</summary>
    public static FleetNodeStatus Of(HostFacts facts, AgentInstance instance, IReadOnlyList<string> namespaces, DateTimeOffset now) => new()
    {
        Phase = Acceptance.IsDraining(facts) ? FleetNodePhase.Draining : FleetNodePhase.Ready,
        LastHeartbeatTime = now,
        Capability = facts.Probed is { } probed ? probed.Capability with { Sandbox = facts.Sandbox, LocalRepositories = facts.LocalRepositories ? true : null } : null,
        AgentVersion = Version,
        Os = facts.Probed?.Os,
        Arch = facts.Probed?.Arch,
        AgentKind = NodeAgentKind.ForemanAgent,
        Instance = instance,
        TaskNamespaces = Served(namespaces, facts.Rights.Denied),
        NotAccepting = Acceptance.Refusals(facts, now),
        Slots = facts.Probed?.Slots,
    };

    // Those that the host can take tasks from; when that is none, all that were asked for, and notAccepting says the rest.
    private static IReadOnlyList<string>? Served(IReadOnlyList<string> namespaces, IReadOnlyList<string> denied)
    {
        var served = namespaces.Except(denied, StringComparer.Ordinal).ToList();
        return namespaces.Count == 0 ? null : served.Count > 0 ? served : namespaces;
    }

    /// <summary>Without the fields that the operator writes.</summary>
    public static FleetNodeStatus OwnPart(FleetNodeStatus? status) => (status ?? new()) with
    {
        Conditions = null,
        CurrentTask = null,
        CurrentTasks = null,
        UsedSlots = null,
        UpdateRequest = null,
    };

    public static JsonObject ToJson(FleetNodeStatus status) =>
        (JsonObject)JsonSerializer.SerializeToNode(status, ApiJson.Default.FleetNodeStatus)!;
}
