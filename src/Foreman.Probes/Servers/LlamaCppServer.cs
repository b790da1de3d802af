using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>llama-server, identified by <c>/props</c>. With several models (router mode) each has its own.</summary>
internal static class LlamaCppServer
{
    public static async Task<ServerFinding?> DetectAsync(CachedProbeClient client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync("/props", cancellationToken);
        if (IsLoading(response))
        {
            return ServerFinding.Unhealthy(ModelServerKind.LlamaCpp, client.Url, "loading: the model is being read into memory; this ends by itself");
        }

        var props = response.Json;
        if (!response.Ok || (props.Text("build_info") is null && props.Count("total_slots") is null))
        {
            return null;
        }

        var models = (await client.GetAsync("/v1/models", cancellationToken)).Json;
        if (props.Text("role") == "router")
        {
            return ServerFinding.Healthy(ModelServerKind.LlamaCpp, client.Url, props.Word("build_info"), RoutedModels(models, client.Url));
        }

        // The gauges need --metrics; without it they answer 501. Free slots are taken from them and not from /slots,
        // because requests to it keep a server from unloading its idle model.
        var metrics = await client.TryGetAsync("/metrics", cancellationToken);
        var model = Model(props, models, metrics.Ok ? metrics.Body : "", client.Url, now);
        return ServerFinding.Healthy(ModelServerKind.LlamaCpp, client.Url, props.Word("build_info"), [model]) with
        {
            Marks = new Dictionary<string, string> { [model.Name] = ModelBuild.Mark(props.Text("model_path"), props.Text("chat_template")) },
        };
    }

    /// <summary>While a model loads, every path answers 503 with this message.</summary>
    public static bool IsLoading(ProbeResponse response) =>
        response is { FailureKind: null, Status: 503 }
        && (response.Json.Text("error", "message") ?? response.Json.Text("status"))?.Contains("loading model", StringComparison.OrdinalIgnoreCase) == true;

    public static ServedModel Model(JsonElement? props, JsonElement? models, string metrics, string url, DateTimeOffset now)
    {
        var (entry, ollamaEntry) = (First(models, "data"), First(models, "models"));
        var name = entry.Text("id") ?? props.Text("model_alias") ?? props.Text("model_path") ?? "default";
        var values = PrometheusText.Parse(metrics);
        var slots = props.Count("total_slots");
        var (decode, prompt) = (Speed(values, "tokens_predicted", "predicted"), Speed(values, "prompt", "prompt"));

        // This server takes any name, so one that is too long may be cut.
        var model = ServedModels.New(name.Length > ModelName.MaxLength ? ModelName.Display(name) : name, url, entry);
        return model with
        {
            Capabilities = model.Capabilities ?? ModelAbilities.Of(ollamaEntry),
            Loaded = props.Flag("is_sleeping") != true,
            ContextTokens = props.Count("default_generation_settings", "n_ctx"),
            Slots = slots,
            FreeSlots = slots is { } all && values.TryGetValue("llamacpp:requests_processing", out var busy) ? (int)Math.Clamp(all - busy, 0, all) : null,
            DecodeTokensPerSecond = decode,
            PromptTokensPerSecond = prompt,
            Tools = Tools(props),
            Vision = props.Flag("modalities", "vision"),
            MeasuredAt = decode is null && prompt is null ? null : now,
        };
    }

    private static JsonElement? First(JsonElement? models, string list) => models.Items(list) is [var first, ..] ? first : null;

    // The gauge covers only the time since any client last scraped it, so the totals are preferred.
    private static int? Speed(IReadOnlyDictionary<string, double> values, string totals, string gauge)
    {
        var tokens = values.GetValueOrDefault($"llamacpp:{(totals == "prompt" ? "prompt_tokens" : totals)}_total");
        var seconds = values.GetValueOrDefault($"llamacpp:{totals}_seconds_total");
        var speed = seconds > 0 ? tokens / seconds : values.GetValueOrDefault($"llamacpp:{gauge}_tokens_seconds");
        return speed >= 1 ? (int)Math.Min(speed, int.MaxValue) : null;
    }

    private static bool? Tools(JsonElement? props) =>
        props.Flag("chat_template_caps", "supports_tools") is { } takes
            ? takes && props.Flag("chat_template_caps", "supports_tool_calls") != false
            : null;

    // A router loads a model on first use; its context is known only then.
    private static IReadOnlyList<ServedModel> RoutedModels(JsonElement? models, string url) =>
        [.. from model in models.Items("data") ?? []
            let name = model.Text("id")
            where name is not null
            select ServedModels.New(name, url, model) with
            {
                Loaded = model.Text("status", "value") == "loaded",
                ContextTokens = model.Count("meta", "n_ctx"),
            }];
}
