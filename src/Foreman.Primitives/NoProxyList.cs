using System.Globalization;
using System.Net;

namespace Foreman.Primitives;

/// <summary>
/// The hosts of <c>NO_PROXY</c>, as curl and Go programs read it: names with everything below them, <c>.suffix</c>, addresses,
/// ranges such as <c>10.0.0.0/8</c> and <c>fd00::/8</c>, each with or without a port, addresses of version 6 with or without brackets, and <c>*</c>.
/// What is none of these is ignored.
/// </summary>
internal sealed class NoProxyList
{
    private const int MostEntries = 4096;
    private readonly List<Entry> _entries = [];
    private readonly bool _everything;

    private NoProxyList(string text)
    {
        foreach (var word in text.Split([',', ' ', '\t', '\n', '\r', ';'], MostEntries, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (word == "*")
            {
                _everything = true;
            }
            else if (Read(word) is { } entry)
            {
                _entries.Add(entry);
            }
        }
    }

    /// <summary>Reads the list.</summary>
    /// <param name="text">Entries separated by commas or blanks; at most the first 4096 count.</param>
    internal static NoProxyList Parse(string? text) => new(text ?? "");

    /// <summary>True when the host is asked directly.</summary>
    /// <param name="host">A name or an address, without brackets.</param>
    /// <param name="port">The port that is called.</param>
    internal bool Contains(string host, int port)
    {
        if (_everything)
        {
            return true;
        }

        var name = host.TrimEnd('.');
        var address = Address(name);
        return _entries.Exists(e => (e.Port is null || e.Port == port) && (address is null ? e.HasName(name) : e.HasAddress(address)));
    }

    /// <summary>An address without its zone, one of version 4 in its own form.</summary>
    internal static IPAddress? Address(string host)
    {
        var text = host.Trim('[', ']');
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        if (!IPAddress.TryParse(zone < 0 ? text : text[..zone], out var address))
        {
            return null;
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static Entry? Read(string word)
    {
        if (IPNetwork.TryParse(word.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), out var range))
        {
            return new Entry(null, range, null);
        }

        if (Network(word) is { } loose)
        {
            return new Entry(null, loose, null);
        }

        var (host, port) = Split(word);
        if (host is null)
        {
            return null;
        }

        if (Address(host) is { } address)
        {
            return new Entry(null, new IPNetwork(address, address.GetAddressBytes().Length * 8), port);
        }

        var name = host.TrimStart('*').Trim('.');
        return name.Length > 0 && !name.Contains('/', StringComparison.Ordinal) ? new Entry(name, null, port) : null;
    }

    // People write 10.1.2.3/8 too, whose host bits the framework refuses.
    private static IPNetwork? Network(string word)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || Address(word[..slash]) is not { } address
            || !byte.TryParse(word.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        if (length > bytes.Length * 8)
        {
            return null;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static (string? Host, int? Port) Split(string word)
    {
        // Several colons without brackets are an address of version 6.
        var colon = word.LastIndexOf(':');
        if (colon < 0 || word.EndsWith(']') || (!word.StartsWith('[') && word.IndexOf(':', StringComparison.Ordinal) != colon))
        {
            return (word, null);
        }

        return ushort.TryParse(word.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? (word[..colon], port) : (null, null);
    }

    private sealed record Entry(string? Name, IPNetwork? Range, int? Port)
    {
        internal bool HasAddress(IPAddress address) =>
            Range is { } range && range.BaseAddress.AddressFamily == address.AddressFamily && range.Contains(address);

        internal bool HasName(string host) => Name is { } name
            && (host.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (host.Length > name.Length && host[^(name.Length + 1)] == '.' && host.EndsWith(name, StringComparison.OrdinalIgnoreCase)));
    }
}
