using System.Net;
using System.Net.Sockets;

namespace Foreman.Scheduling;

/// <summary>
/// Which addresses of model servers, as hosts report them, the operator calls. A host writes them itself, so none may lead to the
/// operator's own machine or to the metadata service of its cloud.
/// </summary>
public static class OperatorReach
{
    // Metadata services of clouds that are not link-local.
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("100.100.100.200"), IPAddress.Parse("fd00:ec2::254")];

    /// <summary>
    /// False for loopback, link-local, unspecified and multicast addresses, for metadata services, and for names of them. Other names
    /// are not resolved.
    /// </summary>
    /// <param name="url">Absolute.</param>
    public static bool MayCall(Uri url)
    {
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
        {
            return false;
        }

        var host = url.DnsSafeHost.TrimEnd('.');
        return IPAddress.TryParse(host, out var address) ? MayCall(address) : !IsReserved(host);
    }

    /// <summary>The address when the operator may call it; else null.</summary>
    internal static string? Of(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && MayCall(uri) ? url : null;

    /// <summary>True when a run in the cluster reaches a model server for the demand: one that is told, or that of the host.</summary>
    /// <param name="demand">What the task asks.</param>
    /// <param name="node">The host.</param>
    internal static bool Serves(Demand demand, NodeView node) => demand.FixedServer is { } server
        ? server.Url is not null
        : ModelChoice.Best(node, demand) is { } model && Of(ModelChoice.ServerOf(node.Capability, model)?.ReachableURL) is not null;

    private static bool MayCall(IPAddress address)
    {
        var meant = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(meant) || Array.Exists(Metadata, m => m.Equals(meant)))
        {
            return false;
        }

        return meant.AddressFamily == AddressFamily.InterNetwork
            ? meant.GetAddressBytes() is not ([0, ..] or [127, ..] or [169, 254, ..] or [>= 224, ..])
            : !meant.IsIPv6LinkLocal && !meant.IsIPv6Multicast && !meant.Equals(IPAddress.IPv6Any);
    }

    private static bool IsReserved(string host) => host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals("metadata.google.internal", StringComparison.OrdinalIgnoreCase);
}
