using System.Net;
using System.Net.Http.Headers;

namespace Foreman.Kubernetes;

/// <summary>One call of the Kubernetes API as plain data: it can be looked at, compared and sent more than once.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="PathAndQuery">Path below the server's root, with the query.</param>
public sealed record ApiRequest(HttpMethod Method, string PathAndQuery)
{
    /// <summary>Media types of the answer, best first.</summary>
    public string Accept { get; init; } = MediaTypes.Json;

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = MediaTypes.Json;

    /// <summary>Body as UTF-8 JSON; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A new HTTP message for a server.</summary>
    /// <param name="host">Root URL of the server; a path in it goes before the request's own.</param>
    public HttpRequestMessage ToHttpRequestMessage(Uri host)
    {
        var message = new HttpRequestMessage(Method, new Uri(host.GetLeftPart(UriPartial.Path).TrimEnd('/') + PathAndQuery))
        {
            // HTTP/2 has the pings that find a half-open connection.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (!Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        return message;
    }
}

/// <summary>Media types that the API server speaks.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";

    /// <summary>Text such as a log, and errors as JSON.</summary>
    public const string Text = "application/json,*/*";

    /// <summary>The answer as a table. A server that has none says so (406) rather than answer with something else.</summary>
    public const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1";

    /// <summary>A list of metadata, or the list in full from a server that can't cut.</summary>
    public const string PartialObjectMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    /// <summary>The answer cut down to metadata, or in full from a server that can't cut.</summary>
    public const string PartialObjectMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
}
