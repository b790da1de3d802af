using System.Globalization;
using System.Net;

namespace Foreman.Primitives;

/// <summary>Addresses to listen on, as <c>:8081</c>, <c>localhost:8081</c> or <c>[::1]:8081</c>.</summary>
public static class BindAddress
{
    /// <summary>Without a host, all addresses of this machine. Null when the text is not an address with a port.</summary>
    public static IPEndPoint? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        var host = text[..colon];
        return host switch
        {
            "" => new IPEndPoint(IPAddress.IPv6Any, port),
            "localhost" => new IPEndPoint(IPAddress.Loopback, port),
            _ => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? new IPEndPoint(address, port) : null,
        };
    }
}
