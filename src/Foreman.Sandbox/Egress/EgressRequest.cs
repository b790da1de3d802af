using System.Globalization;
using System.Net;
using System.Text;

namespace Foreman.Sandbox.Egress;

/// <summary>What a client of the proxy asks for.</summary>
/// <param name="Host">The host, without brackets.</param>
/// <param name="Port">Its port.</param>
/// <param name="Forward">What is sent to the host first; null when a tunnel is asked for.</param>
internal sealed record EgressRequest(string Host, int Port, byte[]? Forward)
{
    private static readonly string[] OfThisHop = ["proxy-connection", "proxy-authorization", "connection", "keep-alive", "host", "te", "upgrade"];

    /// <summary>Reads the head of a request.</summary>
    /// <param name="head">Its lines up to and with the empty one, each ended by CR LF.</param>
    /// <param name="fault">Why it can't be read; null when it can.</param>
    internal static EgressRequest? Parse(string head, out string? fault)
    {
        var lines = head.Split("\r\n");
        var first = lines[0].Split(' ');
        fault = "the request is no HTTP/1.1 request to a proxy";
        if (first is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"] || !method.All(char.IsAsciiLetterUpper) || head.Any(c => c is '\0' or > '~'))
        {
            return null;
        }

        if (method == "CONNECT")
        {
            var colon = target.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(target.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            {
                return null;
            }

            fault = null;
            return new EgressRequest(target[..colon].Trim('[', ']'), port, null);
        }

        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.UserInfo.Length > 0)
        {
            return null;
        }

        // The host that is asked must be the one that was allowed, so the client's own Host line is not passed on.
        fault = null;
        var kept = lines.Skip(1).TakeWhile(l => l.Length > 0).Where(l => !OfThisHop.Contains(l.Split(':')[0].Trim().ToLowerInvariant()));
        var forward = string.Join("\r\n", [$"{method} {url.PathAndQuery} HTTP/1.1", $"Host: {url.Authority}", "Connection: close", .. kept, "", ""]);
        return new EgressRequest(url.IdnHost.Trim('[', ']'), url.Port, Encoding.ASCII.GetBytes(forward));
    }

    /// <summary>True when the host is an address.</summary>
    internal bool IsAddress => IPAddress.TryParse(Host, out _);
}
