using Foreman.Primitives;

namespace Foreman.AgentLoop;

/// <summary>An OpenAI-compatible model server and the model that is asked for there.</summary>
/// <param name="Url">
/// The server's base URL: the bare server (<c>http://127.0.0.1:8080</c>, <c>/v1</c> is added) or the root of its API
/// (<c>https://host/api/v1</c>, taken as it stands).
/// </param>
/// <param name="Name">The model's id or name as the server lists it; empty for the first one that can chat.</param>
/// <param name="ApiKey">Sent as a bearer token; null sends none. It appears in no message, span or transcript.</param>
public sealed record ModelEndpoint(Uri Url, string Name, string? ApiKey = null)
{
    /// <summary>The proxies between here and the server; the probe that found the server uses the same.</summary>
    public EnvironmentProxy Proxies { get; init; } = EnvironmentProxy.OfProcess;

    /// <summary>What to do when nothing answers there.</summary>
    internal string Remedy => Proxies.IsBypassed(Url) ? "is the model server running there?" : $"correct the proxy, or add {Url.Host} to NO_PROXY";

    /// <summary>The address of a part of the API, e.g. <c>chat/completions</c>.</summary>
    /// <param name="path">Relative, without a leading slash.</param>
    public Uri Resolve(string path) => ModelAddress.Of(Url).Resolve(path);

    /// <summary>Name and address, and the proxy between; never the key.</summary>
    public override string ToString()
    {
        var name = Name.Length > 0 ? Printable.Line(Name, ModelName.MaxLength) : "the model";
        var through = Proxies.Describe(Url) is { } proxy ? $" (through the proxy {proxy})" : "";
        return $"{name} at {ModelAddress.Of(Url).Url}{through}";
    }
}
