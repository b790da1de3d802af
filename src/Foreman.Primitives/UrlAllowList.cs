using System.Net;
using System.Net.Sockets;

namespace Foreman.Primitives;

/// <summary>
/// URL prefixes that may be fetched: scheme, host and port must be the same and the path must lie below the prefix's. Pure.
/// </summary>
public sealed class UrlAllowList
{
    private readonly IReadOnlyList<Uri> _prefixes;

    private UrlAllowList(IReadOnlyList<Uri> prefixes) => _prefixes = prefixes;

    /// <summary>Allows nothing.</summary>
    public static UrlAllowList None { get; } = new([]);

    /// <summary>Reads one prefix; null when it is no http or https URL, or has a login, a query or a fragment.</summary>
    public static Uri? ParsePrefix(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && IsPlain(url) && url.Query.Length == 0 && url.Fragment.Length == 0 ? url : null;

    /// <summary>A list of prefixes that <see cref="ParsePrefix"/> has read.</summary>
    public static UrlAllowList Of(IReadOnlyList<Uri> prefixes) => new(prefixes);

    /// <summary>True when a prefix allows the URL.</summary>
    public bool Allows(Uri url) => _prefixes.Any(p => IsBelow(p, url));

    /// <summary>
    /// True when a prefix that allows the URL says itself that it leads into a private network: it names an address,
    /// <c>localhost</c>, or a Service of the cluster (<c>.svc</c>, <c>.svc.cluster.local</c>).
    /// </summary>
    public bool AllowsPrivate(Uri url) => _prefixes.Any(p => IsBelow(p, url) && NamesPrivate(p.IdnHost));

    /// <summary>
    /// True for an address outside of the public Internet: this machine, private networks, link-local and shared addresses, groups,
    /// and forms that hide one of them.
    /// </summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }

        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] is 0 or 10 or 127 or >= 224
                || (bytes[0] == 100 && bytes[1] is >= 64 and <= 127)
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31)
                || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] == 0)
                || (bytes[0] == 198 && bytes[1] is 18 or 19)
            // Of version 6 only 2000::/3 is public, without 2002::/16 and 2001:0::/32, which carry addresses of version 4.
            : (bytes[0] & 0xE0) != 0x20 || (bytes[0] == 0x20 && bytes[1] == 0x02) || (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
    }

    /// <summary>True for the addresses at which clouds hand out credentials to their machines; they are link-local.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.IsIPv6LinkLocal || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
    }

    private static bool IsPlain(Uri url) => url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.IdnHost.Length > 0;

    private static bool IsBelow(Uri prefix, Uri url)
    {
        if (!url.IsAbsoluteUri || !IsPlain(url) || url.Scheme != prefix.Scheme || url.Port != prefix.Port
            || !string.Equals(url.IdnHost, prefix.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // An escaped slash or dot may mean another path to the server than to this check.
        var path = url.AbsolutePath;
        if (path.Contains("%2f", StringComparison.OrdinalIgnoreCase) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase) || path.Contains("%5c", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return path.StartsWith(prefix.AbsolutePath, StringComparison.Ordinal)
            && (prefix.AbsolutePath.EndsWith('/') || path.Length == prefix.AbsolutePath.Length || path[prefix.AbsolutePath.Length] == '/');
    }

    private static bool NamesPrivate(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".svc", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".svc.cluster.local", StringComparison.OrdinalIgnoreCase);
}
