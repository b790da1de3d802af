using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>URLs to probe for model servers, and URLs under which other hosts reach them.</summary>
internal static class ServerUrls
{
    private const string LocalHost = "localhost";
    private static readonly string[] Loopbacks = ["127.0.0.1", "[::1]"];

    /// <summary>The address of a URL in its stored form; <c>localhost</c> as 127.0.0.1, so that both are one server.</summary>
    public static string Normalise(Uri url) => (url.IdnHost == LocalHost ? ModelAddress.Of(url).At(Loopbacks[0]) : ModelAddress.Of(url)).Url;

    /// <summary>The servers to look for: the configured ones, then local ports with a listener.</summary>
    /// <param name="options">Configured URLs and ports.</param>
    /// <param name="listening">What listens on this host; null when unknown: then every port is probed.</param>
    public static IReadOnlyList<ServerCandidate> Candidates(ProbeOptions options, IReadOnlyList<IPEndPoint>? listening)
    {
        var named = options.ModelUrls.Select(url => new ServerCandidate(Normalise(url), true, Addresses(url, listening)));
        var found = options.Ports.Distinct().Select(port => Local(port, listening)).OfType<Uri>()
            .Select(url => new ServerCandidate(Normalise(url), false, url.Host == Loopbacks[0] ? Addresses(new UriBuilder(url) { Host = LocalHost }.Uri, listening) : [ModelAddress.Of(url)]));
        return [.. named.Concat(found).DistinctBy(c => c.Url)];
    }

    // A server on localhost may listen on one of the two loopback addresses only.
    private static IReadOnlyList<ModelAddress> Addresses(Uri url, IReadOnlyList<IPEndPoint>? listening)
    {
        var meant = ModelAddress.Candidates(url);
        if (url.IdnHost != LocalHost)
        {
            return meant;
        }

        var onlySix = listening?.Where(l => l.Port == url.Port).Select(l => l.Address).ToList() is { Count: > 0 } addresses
            && addresses.TrueForAll(a => a.Equals(IPAddress.IPv6Loopback));
        return [.. (onlySix ? Enumerable.Reverse(Loopbacks) : Loopbacks).SelectMany(host => meant.Select(address => address.At(host)))];
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

    private static Uri? Local(int port, IReadOnlyList<IPEndPoint>? listening)
    {
        if (listening is null)
        {
            return new UriBuilder("http", Loopbacks[0], port).Uri;
        }

        var address = listening.Where(l => l.Port == port).Select(l => l.Address).OrderBy(Preference).FirstOrDefault();
        return address is null ? null : new UriBuilder("http", Bracketed(Preference(address) == 0 ? IPAddress.Loopback : address), port).Uri;
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
