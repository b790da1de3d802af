using System.Globalization;
using System.Text;

namespace Foreman.Runner.Repositories;

/// <summary>The Secret with a host's tokens for git servers and forges.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Key">The key with the token for <paramref name="DefaultHost"/>.</param>
/// <param name="DefaultHost">Host of the default forge, with its port when that is not the usual one.</param>
public sealed record GitSecret(string Namespace, string Name, string Key, string DefaultHost)
{
    private const int MaxTokenBytes = 8 << 10;
    private const char PortMark = '_';

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => $"{Namespace}/{Name}";

    /// <summary>The tokens of its data by host. A key that names the host goes before <see cref="Key"/>; keys that name no host count for nothing.</summary>
    internal IReadOnlyDictionary<string, string> TokensIn(IReadOnlyDictionary<string, byte[]> data)
    {
        var tokens = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in data)
        {
            var host = key == Key ? DefaultHost : HostOf(key);
            if (host is not null && value.Length <= MaxTokenBytes && Encoding.UTF8.GetString(value).Trim() is { Length: > 0 } token && (key != Key || !tokens.ContainsKey(host)))
            {
                tokens[host] = token;
            }
        }

        return tokens;
    }

    /// <summary>The key that a host's token has: keys can't hold a colon.</summary>
    internal string KeyOf(string host) => host.Equals(DefaultHost, StringComparison.OrdinalIgnoreCase) ? Key : host.Replace(':', PortMark);

    // Names without a dot are keys of other programs, such as username, unless a port follows.
    private static string? HostOf(string key)
    {
        var mark = key.LastIndexOf(PortMark);
        var port = mark > 0 && ushort.TryParse(key.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var name = port > 0 ? key[..mark] : key;
        var isHost = !name.Contains(PortMark, StringComparison.Ordinal) && Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4 && (port > 0 || (name.Contains('.', StringComparison.Ordinal) && name[0] != '.'));
        return !isHost ? null : port > 0 ? string.Create(CultureInfo.InvariantCulture, $"{name}:{port}") : name;
    }
}
