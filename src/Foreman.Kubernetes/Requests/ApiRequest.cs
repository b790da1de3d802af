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

    /// <summary>What the API server calls this: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c> or <c>deletecollection</c>.</summary>
    internal string Verb { get; init; } = "get";

    /// <summary>The kind that it is about; null for other paths.</summary>
    internal ResourceType? Type { get; init; }

    /// <summary>The part of an object that it is about; null for objects.</summary>
    internal string? Subresource { get; init; }

    /// <summary>Method and path, for messages.</summary>
    internal string Call => $"{Method} {PathAndQuery}";

    /// <summary>A new HTTP message for a server.</summary>
    /// <param name="host">Root URL of the server; a path in it goes before the request's own.</param>
    public HttpRequestMessage ToHttpRequestMessage(Uri host) => RequestMessages.Compose(this, RequestMessages.Root(host));
}
