using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Ollama, identified by the text at <c>/</c> and by <c>/api/version</c>.</summary>
internal static class OllamaServer
{
    /// <param name="client">The server.</param>
    /// <param name="capabilities">Cache of capabilities by model digest; updated.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    public static async Task<ServerFinding?> DetectAsync(CachedProbeClient client, IDictionary<string, JsonElement?> capabilities, CancellationToken cancellationToken)
    {
        var root = await client.GetAsync("/", cancellationToken);
        if (!root.Ok || !root.Body.Contains("Ollama is running", StringComparison.Ordinal))
        {
            return null;
        }

        var version = (await client.GetAsync("/api/version", cancellationToken)).Json.Word("version");
        if (version is null)
        {
            return null;
        }

        var installed = (await client.GetAsync("/api/tags", cancellationToken)).Json;
        var loaded = (await client.GetAsync("/api/ps", cancellationToken)).Json;
        var (models, marks) = (new List<ServedModel>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var model in installed.Items("models") ?? [])
        {
            if (model.Text("name") is { } name)
            {
                models.Add(Model(model, loaded, await CapabilitiesAsync(client, model, name, capabilities, cancellationToken), client.Url));
                if (model.Word("digest") is { } digest)
                {
                    // It covers weights, template and parameters.
                    marks[models[^1].Name] = digest;
                }
            }
        }

        return ServerFinding.Healthy(ModelServerKind.Ollama, client.Url, version, models) with { Marks = marks };
    }

    /// <summary>The context of a model is known only while it is loaded.</summary>
    public static ServedModel Model(JsonElement? installed, JsonElement? loaded, JsonElement? details, string url)
    {
        var name = installed.Text("name") ?? "";
        var running = loaded.Items("models")?.FirstOrDefault(m => m.Text("name") == name);
        var model = ServedModels.New(name, url, details ?? installed);
        return model with
        {
            Capabilities = model.Capabilities ?? ModelAbilities.Of(installed),
            Loaded = running is not null,
            ContextTokens = running.Count("context_length"),
            Tools = details.ContainsText("tools", "capabilities"),
            Vision = details.ContainsText("vision", "capabilities"),
        };
    }

    // Newer servers list capabilities; older ones have them per model at /api/show. The result belongs
    // to the digest, so it is requested once.
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

        var response = await client.PostAsync("/api/show", new JsonObject { ["model"] = name }.ToJsonString(), cancellationToken);
        return response.Ok ? known[digest] = response.Json : null;
    }
}
