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

    /// <summary>Other servers of the same model, asked at most once when this one gives no answer: the first is taken, with its own name of the model.</summary>
    public IReadOnlyList<ModelEndpoint> Alternatives { get; init; } = [];

    /// <summary>Measured prefill speed in tokens per second; null when it is not known. A first token is waited for in proportion to it.</summary>
    public int? PromptTokensPerSecond { get; init; }

    /// <summary>What to do when nothing answers there.</summary>
    internal string Remedy => Proxies.IsBypassed(Url) ? "is the model server running there?" : $"correct the proxy, or add {Url.Host} to NO_PROXY";

    /// <summary>The address of a part of the API, e.g. <c>chat/completions</c>.</summary>
    /// <param name="path">Relative, without a leading slash.</param>
    public Uri Resolve(string path) => ModelAddress.Of(Url).Resolve(path);

    /// <summary>The address of a path of the server's own API, outside of the common one.</summary>
    /// <param name="path">With a leading slash, e.g. <c>/api/ps</c>.</param>
    internal Uri ResolveNative(string path) => new(ModelAddress.Of(Url).Native + path);

    /// <summary>Name and address, and the proxy between; never the key.</summary>
    public override string ToString()
    {
        var name = Name.Length > 0 ? Printable.Line(Name, ModelName.MaxLength) : "the model";
        var through = Proxies.Describe(Url) is { } proxy ? $" (through the proxy {proxy})" : "";
        return $"{name} at {ModelAddress.Of(Url).Url}{through}";
    }
}
