using System.Net;
using System.Net.Sockets;

namespace Foreman.Sandbox.Egress;

/// <summary>Which addresses are of the public internet: the only ones that commands may reach.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            // This network, private, shared by carriers, loopback, link-local with the metadata services, protocols, documentation, benchmarks, multicast, reserved.
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // Of version 6 within 2000::/3: Teredo, benchmarks, ORCHID, documentation.
            "2001::/32", "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    // Cloud services answer there though the address is public.
    private static readonly IPAddress AzureWireServer = IPAddress.Parse("168.63.129.16");

    /// <summary>True for an address of the public internet, also one of version 4 that is written in one of version 6.</summary>
    internal static bool Contains(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv4MappedToIPv6 ? Contains(address.MapToIPv4())
                : Translated.Contains(address) ? Contains(Embedded(address, 12))
                : SixToFour.Contains(address) ? Contains(Embedded(address, 2))
                : Global.Contains(address) && address.ScopeId == 0 && !Listed(address);
        }

        return address.AddressFamily == AddressFamily.InterNetwork && !Listed(address) && !address.Equals(AzureWireServer);
    }

    private static bool Listed(IPAddress address) => NotPublic.Any(n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address));

    private static IPAddress Embedded(IPAddress address, int at) => new(address.GetAddressBytes().AsSpan(at, 4));
}
