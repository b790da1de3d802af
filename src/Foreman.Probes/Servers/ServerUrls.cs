using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Foreman.Probes;

/// <summary>URLs to probe for model servers, and URLs under which other hosts reach them.</summary>
internal static class ServerUrls
{
    /// <summary>Base URL without a trailing slash and without <c>/v1</c>; <c>localhost</c> as 127.0.0.1, so that both are one server.</summary>
    public static string Normalise(Uri url)
    {
        var host = url.IdnHost == "localhost" ? "127.0.0.1" : url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        var path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/v1", StringComparison.Ordinal) ? path[..^3] : path;
        return string.Create(CultureInfo.InvariantCulture, $"{url.Scheme}://{host}:{url.Port}{path.TrimEnd('/')}");
    }

    /// <summary>The URLs to probe: the configured ones, then local ports with a listener.</summary>
    /// <param name="options">Configured URLs and ports.</param>
    /// <param name="listening">What listens on this host; null when unknown: then every port is probed.</param>
    public static IReadOnlyList<(string Url, bool Named)> Candidates(ProbeOptions options, IReadOnlyList<IPEndPoint>? listening)
    {
        var named = options.ModelUrls.Select(Normalise).Distinct(StringComparer.Ordinal).ToList();
        var found = options.Ports.Distinct().Select(port => Local(port, listening)).OfType<string>().Except(named, StringComparer.Ordinal);
        return [.. named.Select(url => (url, true)), .. found.Select(url => (url, false))];
    }

    /// <summary>
    /// The URL under which other hosts reach a server; null when only this host does. A server on this host must listen on
    /// more than loopback; the host part is the configured one, the tailnet address, or the address it listens on.
    /// </summary>
    /// <param name="url">Base URL as seen from this host.</param>
    /// <param name="listening">What listens on this host.</param>
    /// <param name="hosts">How others reach this host.</param>
    /// <param name="ownAddress">An address of this host, for servers that listen on all of them.</param>
    public static string? Reachable(string url, IReadOnlyList<IPEndPoint>? listening, ReachableHosts hosts, IPAddress? ownAddress)
    {
        var uri = new Uri(url);
        var addresses = (listening ?? []).Where(l => l.Port == uri.Port).Select(l => l.Address).ToList();
        if (!IsLoopback(uri.IdnHost) && !addresses.Exists(a => a.ToString() == uri.IdnHost))
        {
            // Not a server of this host: the configured address is used as it is.
            return url;
        }

        var wide = addresses.Where(a => !IPAddress.IsLoopback(a)).ToList();
        if (wide.Count == 0)
        {
            return null;
        }

        var specific = wide.Find(a => !IsAny(a)) ?? ownAddress;
        var host = NonBlank(hosts.Override) ?? NonBlank(hosts.TailscaleAddress) ?? (specific is null ? null : Bracketed(specific));
        return host is null ? null : string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{host}:{uri.Port}{uri.AbsolutePath.TrimEnd('/')}");
    }

    private static string? Local(int port, IReadOnlyList<IPEndPoint>? listening)
    {
        if (listening is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        }

        var address = listening.Where(l => l.Port == port).Select(l => l.Address).OrderBy(Preference).FirstOrDefault();
        return address is null ? null
            : string.Create(CultureInfo.InvariantCulture, $"http://{Bracketed(Preference(address) == 0 ? IPAddress.Loopback : address)}:{port}");
    }

    // A server on all addresses or on 127.0.0.1 is reached at 127.0.0.1; else at the address it listens on.
    private static int Preference(IPAddress address) =>
        IsAny(address) || address.Equals(IPAddress.Loopback) ? 0 : IPAddress.IsLoopback(address) ? 1 : 2;

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string Bracketed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string? NonBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
