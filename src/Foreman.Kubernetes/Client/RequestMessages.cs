using System.Net;

namespace Foreman.Kubernetes;

/// <summary>Makes the HTTP messages of requests, with what a configuration adds to each.</summary>
internal sealed class RequestMessages(KubernetesClientConfiguration configuration)
{
    private readonly string _root = Root(configuration.Host);
    private readonly (string Name, string Value)[] _headers =
    [
        ("User-Agent", configuration.UserAgent),
        .. configuration.Impersonate?.Headers() ?? [],
    ];

    public HttpRequestMessage Compose(ApiRequest request, Credential credential)
    {
        var message = Compose(request, _root);
        foreach (var (name, value) in _headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (credential.Authorization is { } authorization)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        // The handler takes the name for TLS from this header; the API server itself does not look at it.
        if (configuration.TlsServerName is { } expected)
        {
            message.Headers.Host = expected;
        }

        return message;
    }

    public static HttpRequestMessage Compose(ApiRequest request, string root)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(root + request.PathAndQuery))
        {
            // HTTP/2 has the pings that find a half-open connection.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        return message;
    }

    public static string Root(Uri host) => host.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
