using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
    private const string Underscore = "__";

    // The usual form of an IPv6 address where colons can't stand: https://learn.microsoft.com/windows/win32/winsock/ipv6-literal-net-names
    private const string Ipv6Ending = ".ipv6-literal.net";

    /// <summary>The tokens by host. A key that names the host goes before <see cref="Common"/>; keys that name no host count for nothing.</summary>
    /// <param name="values">By key; those longer than <see cref="MaxBytes"/> are left out.</param>
    internal IReadOnlyDictionary<string, string> TokensIn(IReadOnlyDictionary<string, byte[]> values)
    {
        var tokens = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in values)
        {
            var host = HostOf(key);
            if (host is not null && value.Length <= MaxBytes && Encoding.UTF8.GetString(value).Trim() is { Length: > 0 } token && (key != Common || !tokens.ContainsKey(host)))
            {
                tokens[host] = token;
            }
        }

        return tokens;
    }

    /// <summary>Why no token for a host could be taken although there is a key for it; null when there is none, or a token could be taken.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="host">Host and port, as <see cref="KeyOf"/> takes them.</param>
    internal string? FaultIn(TokenReading reading, string host)
    {
        bool IsFor(string key) => host.Equals(HostOf(key), StringComparison.OrdinalIgnoreCase);
        return reading.Unreadable.Keys.FirstOrDefault(IsFor) is { } unreadable ? $"{unreadable} can't be read: {reading.Unreadable[unreadable]}"
            : reading.Values.Keys.FirstOrDefault(IsFor) is not { } key ? null
            : reading.Values[key].Length > MaxBytes ? string.Create(CultureInfo.InvariantCulture, $"{key} has more than {MaxBytes} bytes")
            : string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(reading.Values[key])) ? $"{key} is empty"
            : null;
    }

    /// <summary>The key that a host's token has. Keys of Secrets hold letters, digits, dots, dashes and underscores only, and name a host by a dot in it or a port behind it.</summary>
    /// <param name="host">Host and, when it is not the scheme's, port, as <see cref="Foreman.Git.RepositoryAddress.Host"/>.</param>
    internal string KeyOf(string host)
    {
        if (host.Equals(DefaultHost, StringComparison.OrdinalIgnoreCase))
        {
            return Common;
        }

        var mark = host.LastIndexOf(':');
        var hasPort = mark > host.LastIndexOf(']');
        var name = hasPort ? host[..mark] : host;
        var key = name is ['[', .., ']'] ? name[1..^1].Replace(':', '-') + Ipv6Ending : name.Replace("_", Underscore, StringComparison.Ordinal);
        return hasPort ? key + PortMark + host[(mark + 1)..] : key.Contains('.', StringComparison.Ordinal) ? key : key + '.';
    }

    private string? HostOf(string key)
    {
        if (key == Common)
        {
            return DefaultHost;
        }

        // Underscores of a name are doubled, so an odd one before digits begins the port.
        var digits = key.AsSpan().TrimEnd("0123456789").Length;
        var hasPort = digits < key.Length && (digits - key.AsSpan(0, digits).TrimEnd(PortMark).Length) % 2 == 1;
        if (!hasPort)
        {
            return NameOf(key, isMarked: false);
        }

        return ushort.TryParse(key.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 && NameOf(key[..(digits - 1)], isMarked: true) is { } name
            ? string.Create(CultureInfo.InvariantCulture, $"{name}:{port}")
            : null;
    }

    // Names without a dot are keys of other programs, such as username, unless a dot or a port follows.
    private static string? NameOf(string text, bool isMarked)
    {
        if (text.EndsWith(Ipv6Ending, StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.TryParse(text[..^Ipv6Ending.Length].Replace('-', ':'), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : null;
        }

        if (!isMarked && text.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
        {
            (text, isMarked) = (dot == text.Length - 1 ? text[..dot] : text, true);
        }

        var name = text.Replace(Underscore, "_", StringComparison.Ordinal);
        var isName = !text.Replace(Underscore, "", StringComparison.Ordinal).Contains('_', StringComparison.Ordinal);
        return isMarked && isName && Uri.CheckHostName(name) is (UriHostNameType.Dns or UriHostNameType.IPv4) ? name : null;
    }
}
