namespace Foreman.AgentLoop;

/// <summary>An OpenAI-compatible model server and the model that is asked for there.</summary>
/// <param name="Url">
/// The server's base URL: the bare server (<c>http://127.0.0.1:8080</c>, <c>/v1</c> is added) or the root of its API
/// (<c>https://host/api/v1</c>, taken as it stands).
/// </param>
/// <param name="Name">The model's name as the server lists it.</param>
/// <param name="ApiKey">Sent as a bearer token; null sends none. It appears in no message, span or transcript.</param>
public sealed record ModelEndpoint(Uri Url, string Name, string? ApiKey = null)
{
    /// <summary>The address of a part of the API, e.g. <c>chat/completions</c>.</summary>
    /// <param name="path">Relative, without a leading slash.</param>
    public Uri Resolve(string path)
    {
        var root = Url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return Url.AbsolutePath.Trim('/').Length == 0 ? new Uri($"{root}/v1/{path}") : new Uri($"{root}/{path}");
    }

    /// <summary>Name and address, never the key.</summary>
    public override string ToString() => $"{Name} at {Url.GetLeftPart(UriPartial.Path)}";
}
