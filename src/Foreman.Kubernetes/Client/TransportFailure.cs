using System.Net.Sockets;
using System.Security.Authentication;

namespace Foreman.Kubernetes;

/// <summary>Maps network failures to <see cref="KubernetesUnreachableException"/> with a message for people.</summary>
internal static class TransportFailure
{
    // RFC 9113, section 7.
    private const long StreamClosed = 5;

    public static bool IsTransport(Exception e) => e is HttpRequestException or IOException or SocketException;

    /// <summary>
    /// The server had ended an HTTP/2 stream before it had read the request's body, so that it has acted on nothing; its answer is lost with the stream. kube-apiserver
    /// does so with refusals for which it needs no body, such as 415, when the body comes late.
    /// </summary>
    /// <param name="e">The failure.</param>
    public static bool IsUnread(Exception e) => Find<HttpProtocolException>(e) is { ErrorCode: StreamClosed };

    public static bool IsHandshake(Exception e) => Find<AuthenticationException>(e) is not null;

    /// <param name="host">Root URL of the server.</param>
    /// <param name="e">The failure.</param>
    /// <param name="proxy">The proxy that the call went through, and where it is configured; null for none.</param>
    public static KubernetesUnreachableException Explain(Uri host, Exception e, string? proxy = null)
    {
        var (reason, why) = e switch
        {
            _ when Find<AuthenticationException>(e) is { } tls => (UnreachableReason.Tls, ExplainTls(host, tls)),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                (UnreachableReason.NameNotFound, $"the host name {host.Host} has no address. Check the server's URL and the name service"),
            _ when Find<SocketException>(e) is { SocketErrorCode: SocketError.ConnectionRefused } && proxy is not null =>
                (UnreachableReason.Refused, "its connection was refused. Correct the proxy, or do without it"),
            _ when Find<SocketException>(e) is { SocketErrorCode: SocketError.ConnectionRefused } =>
                (UnreachableReason.Refused, "the connection was refused. Check that the server runs and that the port is right"),
            _ when Find<SocketException>(e) is { SocketErrorCode: SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable } socket =>
                (UnreachableReason.Timeout, $"{Lower(socket.Message)}. Check the network between here and there"),
            HttpIOException or IOException or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError } =>
                (UnreachableReason.ConnectionLost, $"the connection broke ({Lower(e.Message)})"),
            HttpRequestException { InnerException: IOException broken } =>
                (UnreachableReason.ConnectionLost, $"the connection broke ({Lower((Find<SocketException>(broken) ?? (Exception)broken).Message)})"),
            _ => (UnreachableReason.Other, Lower(e.Message)),
        };
        return new(host, reason, Through(proxy) + why, e);
    }

    public static KubernetesUnreachableException Timeout(Uri host, TimeSpan after, Exception? inner = null, string? proxy = null) =>
        new(host, UnreachableReason.Timeout, $"{Through(proxy)}no answer came within {after.TotalSeconds:0.#} s. Check that the server runs and that no firewall drops the connection", inner);

    public static KubernetesUnreachableException NotKubernetes(Uri host, string call, string? mediaType, Exception? inner = null) =>
        new(
            host,
            UnreachableReason.NotKubernetes,
            mediaType == MediaTypes.Json && inner is not null
                ? $"the answer to {call} is not the JSON that was expected ({inner.Message})"
                : $"the answer to {call} is {mediaType ?? "without a media type"}, not an object of the Kubernetes API. Check the server's URL",
            inner);

    private static string Through(string? proxy) => proxy is null ? "" : $"through the proxy {proxy}: ";

    private static string ExplainTls(Uri host, AuthenticationException e)
    {
        var text = e.Message;
        return text switch
        {
            _ when text.Contains("NameMismatch", StringComparison.Ordinal) =>
                $"its certificate is not made out to {host.Host}. Use a name that stands in it, or set tls-server-name",
            _ when text.Contains("NotTimeValid", StringComparison.Ordinal) => "its certificate has expired or is not valid yet. Check both clocks, or renew it",
            _ when text.Contains("UntrustedRoot", StringComparison.Ordinal) || text.Contains("PartialChain", StringComparison.Ordinal) =>
                "its certificate is not signed by a trusted authority. Set certificate-authority-data to the cluster's CA",
            _ when text.Contains("frame", StringComparison.Ordinal) => "what answers there does not speak TLS. Check the URL's scheme and port",
            _ => $"TLS failed ({Lower(text)})",
        };
    }

    private static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Lower(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');
}
