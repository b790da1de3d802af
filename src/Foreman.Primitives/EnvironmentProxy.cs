using System.Net;

namespace Foreman.Primitives;

/// <summary>
/// The proxies that the environment names, for every call that this program makes: <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c> and
/// <c>ALL_PROXY</c> (in small letters first), and what <see cref="NoProxyList"/> takes out. This machine itself is never asked through one.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];
    private readonly Proxy? _http;
    private readonly Proxy? _https;
    private readonly NoProxyList _direct;

    private EnvironmentProxy(Func<string, string?> variable)
    {
        _http = Find(variable, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
        _https = Find(variable, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        _direct = NoProxyList.Parse(Value(variable, "no_proxy") ?? Value(variable, "NO_PROXY"));
        Credentials = new ProxyLogins([_http, _https]);
    }

    /// <summary>The environment of this process, as it was when it was first asked for.</summary>
    public static EnvironmentProxy OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The logins that stand in the proxies' URLs.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Reads an environment.</summary>
    /// <param name="variable">The value of a variable; null when it is not set.</param>
    public static EnvironmentProxy Read(Func<string, string?> variable) => new(variable);

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Of(destination)?.Url;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => Of(host) is null;

    /// <summary>The proxy of a call, for messages: its URL without a login, and the variable that names it.</summary>
    /// <param name="destination">What is called.</param>
    /// <returns>Null when it is called directly.</returns>
    public string? Describe(Uri destination) => Of(destination) is { } proxy ? $"{proxy.Url.GetLeftPart(UriPartial.Authority)} ({proxy.Variable})" : null;

    private Proxy? Of(Uri destination)
    {
        if (!destination.IsAbsoluteUri || IsThisMachine(destination.IdnHost) || _direct.Contains(destination.IdnHost, destination.Port))
        {
            return null;
        }

        return destination.Scheme is "https" or "wss" ? _https : _http;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (NoProxyList.Address(host) is { } address && IPAddress.IsLoopback(address));

    private static Proxy? Find(Func<string, string?> variable, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Value(variable, name) is { } text)
            {
                return Read(text, name);
            }
        }

        return null;
    }

    private static string? Value(Func<string, string?> variable, string name) => variable(name)?.Trim() is { Length: > 0 } text ? text : null;

    private static Proxy? Read(string text, string variable)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        full = full.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase) ? "socks5://" + full["socks5h://".Length..] : full;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var url) || !Schemes.Contains(url.Scheme) || url.Host.Length == 0)
        {
            return null;
        }

        var login = url.UserInfo.Split(':', 2);
        return new Proxy(
            new Uri($"{url.Scheme}://{url.Authority}"),
            variable,
            login[0].Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(login[0]), login.Length > 1 ? Uri.UnescapeDataString(login[1]) : ""));
    }

    private sealed record Proxy(Uri Url, string Variable, NetworkCredential? Login);

    private sealed class ProxyLogins(IReadOnlyList<Proxy?> proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => proxies.FirstOrDefault(p => p?.Url == uri)?.Login;
    }
}
