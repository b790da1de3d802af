using System.Globalization;
using System.Text;

namespace Foreman.Runner.Repositories;

/// <summary>Under which keys tokens for git servers and forges are stored: keys of a Secret, or names of files.</summary>
/// <param name="Common">The key with the token for <paramref name="DefaultHost"/>.</param>
/// <param name="DefaultHost">Host of the default forge, with its port when that is not the usual one.</param>
public sealed record TokenKeys(string Common, string DefaultHost)
{
    /// <summary>The longest token, in bytes.</summary>
    internal const int MaxBytes = 8 << 10;

    private const char PortMark = '_';

    /// <summary>The tokens by host. A key that names the host goes before <see cref="Common"/>; keys that name no host count for nothing.</summary>
    /// <param name="values">By key; those longer than <see cref="MaxBytes"/> are left out.</param>
    internal IReadOnlyDictionary<string, string> TokensIn(IReadOnlyDictionary<string, byte[]> values)
    {
        var tokens = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in values)
        {
            var host = key == Common ? DefaultHost : HostOf(key);
            if (host is not null && value.Length <= MaxBytes && Encoding.UTF8.GetString(value).Trim() is { Length: > 0 } token && (key != Common || !tokens.ContainsKey(host)))
            {
                tokens[host] = token;
            }
        }

        return tokens;
    }

    /// <summary>The key that a host's token has: keys of Secrets can't hold a colon.</summary>
    internal string KeyOf(string host) => host.Equals(DefaultHost, StringComparison.OrdinalIgnoreCase) ? Common : host.Replace(':', PortMark);

    // Names without a dot are keys of other programs, such as username, unless a port follows.
    private static string? HostOf(string key)
    {
        var mark = key.LastIndexOf(PortMark);
        var port = mark > 0 && ushort.TryParse(key.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var name = port > 0 ? key[..mark] : key;
        var isHost = !name.Contains(PortMark, StringComparison.Ordinal) && Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4
            && (port > 0 || (name.Contains('.', StringComparison.Ordinal) && name[0] != '.'));
        return !isHost ? null : port > 0 ? string.Create(CultureInfo.InvariantCulture, $"{name}:{port}") : name;
    }
}
