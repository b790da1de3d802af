using System.Text.Json;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>LM Studio, identified by the form of <c>/api/v1/models</c>.</summary>
internal static class LmStudioServer
{
    public static async Task<ServerFinding?> DetectAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync("/api/v1/models", cancellationToken);
        var models = response.Ok ? response.Json.Items("models") : null;
        return models is null || !models.All(m => m.Text("key") is not null && m.Items("loaded_instances") is not null)
            ? null
            : ServerFinding.Healthy(
                ModelServerKind.LmStudio, client.Url, null,
                [.. models.SelectMany(m => Models(m, client.Url)).Take(JsonElementExtensions.MaxItems)]);
    }

    /// <summary>One entry per loaded instance, under the instance's name; one that is not loaded under the model's key.</summary>
    public static IEnumerable<ServedModel> Models(JsonElement? model, string url)
    {
        var key = model.Text("key") ?? "";
        var common = ServedModels.New(key, url, model) with
        {
            Loaded = false,
            Tools = model.Flag("capabilities", "trained_for_tool_use"),
            Vision = model.Flag("capabilities", "vision"),
        };
        var instances = model.Items("loaded_instances") ?? [];
        return instances.Count == 0 ? [common] : instances.Select(instance => Named(common, instance.Text("id") ?? key) with
        {
            Loaded = true,
            ContextTokens = instance.Count("config", "context_length"),
        });
    }

    private static ServedModel Named(ServedModel common, string id)
    {
        var named = ServedModels.New(id, common.Server);
        return common with { Name = named.Name, Id = named.Id };
    }
}
