using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Agent.Heartbeat;

/// <summary>
/// Tells changes that matter to placement from noise. Noise waits for the next heartbeat, so that a fleet at rest costs
/// the API server one write per node and interval.
/// </summary>
internal static class StatusChange
{
    private const double SpeedShare = 0.25;
    private const double MemoryShare = 0.1;

    /// <summary>True when a write should not wait.</summary>
    /// <param name="stored">The agent's part of the status as it is stored.</param>
    /// <param name="wanted">The same as it should be.</param>
    public static bool IsMaterial(FleetNodeStatus stored, FleetNodeStatus wanted) =>
        HasChanged(stored.Capability?.AvailableRAMGB, wanted.Capability?.AvailableRAMGB, MemoryShare, atLeast: 2)
        || HasChanged(stored.Capability?.TokensPerSecond, wanted.Capability?.TokensPerSecond, SpeedShare, atLeast: 1)
        || !JsonNode.DeepEquals(NodeStatus.ToJson(WithoutNoise(stored)), NodeStatus.ToJson(WithoutNoise(wanted)));

    private static bool HasChanged(int? before, int? after, double share, int atLeast) =>
        before.HasValue != after.HasValue
        || (before is { } b && after is { } a && Math.Abs(a - b) >= Math.Max(atLeast, share * Math.Max(a, b)));

    // What fluctuates by itself: times, free memory, load and speeds of single models.
    private static FleetNodeStatus WithoutNoise(FleetNodeStatus status) => status with
    {
        LastHeartbeatTime = null,
        NotAccepting = [.. (status.NotAccepting ?? []).Select(n => n with { Since = null })],
        Capability = status.Capability is null ? null : status.Capability with
        {
            AvailableRAMGB = null,
            SwapUsedGB = null,
            TokensPerSecond = null,
            InstalledModels = status.Capability.InstalledModels ?? [],
            ModelServers = status.Capability.ModelServers ?? [],
            Accelerators = [.. (status.Capability.Accelerators ?? []).Select(d => d with { MemoryFreeMB = null })],
            Models = [.. (status.Capability.Models ?? []).Select(m => m with
            {
                FreeSlots = null, DecodeTokensPerSecond = null, PromptTokensPerSecond = null, MeasuredAt = null,
            })],
        },
    };
}
