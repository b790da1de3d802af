using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Ollama, told by the text at <c>/</c> and by <c>/api/version</c>.</summary>
internal static class OllamaServer
{
    /// <param name="client">The server.</param>
    /// <param name="capabilities">What models can do, by digest, as far as it was already asked; added to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ServerFinding?> RecogniseAsync(CachedProbeClient client, IDictionary<string, JsonElement?> capabilities, CancellationToken cancellationToken)
    {
        var root = await client.GetAsync("/", cancellationToken);
        if (!root.Ok || !root.Body.Contains("Ollama is running", StringComparison.Ordinal))
        {
            return null;
        }

        var version = (await client.GetAsync("/api/version", cancellationToken)).Json.Text("version");
        if (version is null)
        {
            return null;
        }

        var installed = (await client.GetAsync("/api/tags", cancellationToken)).Json;
        var loaded = (await client.GetAsync("/api/ps", cancellationToken)).Json;
        var models = new List<ServedModel>();
        foreach (var model in installed.Items("models") ?? [])
        {
            if (model.Text("name") is { } name)
            {
                models.Add(Model(model, loaded, await CapabilitiesAsync(client, model, name, capabilities, cancellationToken), client.Url));
            }
        }

        return ServerFinding.Healthy(ModelServerKind.Ollama, client.Url, version, models);
    }

    /// <summary>A model that is not loaded gets its context when it is: what it will be is not known before.</summary>
    public static ServedModel Model(JsonElement? installed, JsonElement? loaded, JsonElement? details, string url)
    {
        var name = installed.Text("name") ?? "";
        var running = loaded.Items("models")?.FirstOrDefault(m => m.Text("name") == name);
        return new ServedModel
        {
            Name = name,
            Server = url,
            Loaded = running is not null,
            ContextTokens = running.Count("context_length"),
            Tools = details.Lists("tools", "capabilities"),
            Vision = details.Lists("vision", "capabilities"),
        };
    }

    // Newer servers list what a model can do; older ones tell it only when asked about each model. The answer belongs
    // to the digest, so that it is asked once.
    private static async Task<JsonElement?> CapabilitiesAsync(
        CachedProbeClient client, JsonElement? model, string name, IDictionary<string, JsonElement?> known, CancellationToken cancellationToken)
    {
        if (model.Items("capabilities") is not null)
        {
            return model;
        }

        var digest = model.Text("digest") ?? name;
        if (known.TryGetValue(digest, out var details))
        {
            return details;
        }

        var answer = await client.AskAsync("/api/show", new JsonObject { ["model"] = name }.ToJsonString(), cancellationToken);
        return answer.Ok ? known[digest] = answer.Json : null;
    }
}
