using System.Globalization;

namespace Foreman.Primitives;

/// <summary>
/// Where a model server is. The one form that is stored and passed on is <see cref="Url"/>: the bare server where its API is at
/// <c>/v1</c>, else the root of the API, such as <c>http://host:8080/engines/v1</c>. So whoever calls it gets the address that was probed.
/// </summary>
public sealed record ModelAddress
{
    private const string Call = "/chat/completions";
    private const string LocalHost = "localhost";
    private readonly string _server;
    private readonly string _path;

    private ModelAddress(string server, string path) => (_server, _path) = (server, path);

    /// <summary>The form that is stored; <see cref="Of"/> reads it back.</summary>
    public string Url => IsUsual ? _server : _server + _path;

    /// <summary>The root of the OpenAI-compatible API, without a slash at its end.</summary>
    public string ApiRoot => _server + _path;

    /// <summary>Where the server's own paths begin, such as <c>/props</c> or <c>/api/tags</c>: the root without its version.</summary>
    public string Native => IsVersion(LastPart) ? _server + _path[..^(LastPart.Length + 1)] : _server + _path;

    private bool IsUsual => _path == "/v1";

    private string LastPart => _path[(_path.LastIndexOf('/') + 1)..];

    /// <summary>The address that a stored URL means. A bare server has its API at <c>/v1</c>, any path is the root of the API.</summary>
    /// <param name="url">An http or https URL.</param>
    public static ModelAddress Of(Uri url)
    {
        var path = PathOf(url);
        return new(ServerOf(url), path.Length == 0 ? "/v1" : path);
    }

    /// <summary>
    /// What a URL that somebody wrote may mean, the likeliest first: of a path without a version the API may be below it or at it.
    /// </summary>
    /// <param name="url">An http or https URL.</param>
    public static IReadOnlyList<ModelAddress> Candidates(Uri url)
    {
        var stated = Of(url);
        return PathOf(url).Length == 0 || IsVersion(stated.LastPart)
            ? [stated]
            : [new(stated._server, stated._path + "/v1"), stated];
    }

    /// <summary>The address of a part of the API.</summary>
    /// <param name="path">Relative, without a leading slash, for example <c>chat/completions</c>.</param>
    public Uri Resolve(string path) => new($"{ApiRoot}/{path}");

    /// <summary>The same address at another host.</summary>
    /// <param name="host">A name, or an address, one of version 6 in brackets.</param>
    public ModelAddress At(string host)
    {
        var server = new Uri(_server);
        return new(Server(server.Scheme, host, server.Port), _path);
    }

    /// <summary>
    /// True when both mean the same API as one machine sees it. <c>localhost</c> is whichever loopback address the server listens on;
    /// two different loopback addresses are two servers.
    /// </summary>
    /// <param name="a">An http or https URL as it is stored.</param>
    /// <param name="b">Another.</param>
    public static bool AreSame(Uri a, Uri b) => Of(a) == Of(b)
        || (a.IsLoopback && b.IsLoopback && (a.IdnHost == LocalHost || b.IdnHost == LocalHost)
            && a.Scheme == b.Scheme && a.Port == b.Port && Of(a)._path == Of(b)._path);

    private static string ServerOf(Uri url) =>
        Server(url.Scheme, url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost.ToLowerInvariant(), url.Port);

    private static string Server(string scheme, string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}");

    private static string PathOf(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        return path.EndsWith(Call, StringComparison.Ordinal) ? path[..^Call.Length].TrimEnd('/') : path;
    }

    // v1, v1beta, v2.
    private static bool IsVersion(string part) => part.Length > 1 && part[0] == 'v' && char.IsAsciiDigit(part[1]);
}
