using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Agent.Leasing;

/// <summary>What a refused Lease says about the other holder.</summary>
internal enum LeaseRefusalKind
{
    /// <summary>It may have died: its Lease runs out if so.</summary>
    Silent,

    /// <summary>It has renewed meanwhile.</summary>
    Alive,
}

/// <summary>Reads refusals of the node's Lease.</summary>
internal static class LeaseRefusal
{
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <summary>A holder is alive when the time that its Lease has left grows.</summary>
    public static LeaseRefusalKind Decide(LeaseAttempt? before, LeaseAttempt now) =>
        before is { Holder: { } holder, ExpiresIn: { } was } && holder == now.Holder && now.ExpiresIn is { } left && left > was + Rounding
            ? LeaseRefusalKind.Alive
            : LeaseRefusalKind.Silent;

    public static string Describe(string node, LeaseAttempt attempt, AgentInstance? instance)
    {
        var where = instance is { Host: { Length: > 0 } host } && instance.Holder == attempt.Holder
            ? FormattableString.Invariant($" on host {host}, process {instance.Pid}")
            : "";
        return $"the FleetNode name {node} is held by another agent ({attempt.Holder}{where}): give this host another name with --fleet-node-name, or stop that agent";
    }
}
