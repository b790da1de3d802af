using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>What was read of a PodTemplateSpec.</summary>
/// <param name="Template">The template; null when it is none.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record PodTemplateReading(V1PodTemplateSpec? Template, ImmutableArray<JobFault> Faults);

/// <summary>Reads and merges PodTemplateSpecs. Pure.</summary>
internal static class PodTemplates
{
    /// <summary>The template of a JSON object, with all that is wrong with it.</summary>
    /// <param name="given">A PodTemplateSpec.</param>
    /// <param name="path">The field that holds it.</param>
    public static PodTemplateReading Read(JsonObject given, string path)
    {
        V1PodTemplateSpec template;
        try
        {
            var whole = new JsonObject { ["apiVersion"] = PodTemplateFormat.Type.ApiVersion, ["kind"] = PodTemplateFormat.Type.Kind, ["template"] = given.DeepClone() };
            using var document = JsonDocument.Parse(whole.ToJsonString());
            template = ModelObject.Parse<V1PodTemplate, PodTemplateFormat>(document.RootElement).Model.Template ?? new();
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return new(null, [new(FailureReason.JobCreate, path, $"it is no PodTemplateSpec: {Texts.Shown(e.Message, 500)}")]);
        }

        return new(template, [.. PodTemplateRules.Faults(template, path)]);
    }

    /// <summary>Two templates as one: maps by key, lists of mounts by path and of other named things by name, other lists one after the other; what both say, from <paramref name="above"/>.</summary>
    public static JsonObject Merge(JsonObject below, JsonObject above)
    {
        var merged = (JsonObject)below.DeepClone();
        foreach (var (key, value) in above)
        {
            merged[key] = (merged[key], value) switch
            {
                (JsonObject old, JsonObject map) => Merge(old, map),
                (JsonArray old, JsonArray list) => Merge(old, list),
                _ => value?.DeepClone(),
            };
        }

        return merged;
    }

    private static JsonArray Merge(JsonArray below, JsonArray above)
    {
        var merged = below.Select(i => i?.DeepClone()).ToList();
        foreach (var item in above)
        {
            var at = KeyOf(item) is { } key ? merged.FindIndex(m => KeyOf(m) == key) : -1;
            if (at < 0)
            {
                merged.Add(item?.DeepClone());
            }
            else
            {
                merged[at] = Merge((JsonObject)merged[at]!, (JsonObject)item!);
            }
        }

        return new JsonArray([.. merged]);
    }

    // The name of a mount is its volume's, which several may have.
    private static string? KeyOf(JsonNode? item) =>
        item is JsonObject map && (map["mountPath"] ?? map["devicePath"] ?? map["name"]) is JsonValue key && key.TryGetValue<string>(out var text) ? text : null;
}

/// <summary>A PodTemplate as the models have it: the carrier of a PodTemplateSpec.</summary>
internal abstract class PodTemplateFormat : IModelFormat<V1PodTemplate>
{
    public static ResourceType Type { get; } = new("", "v1", "PodTemplate", "podtemplates", Namespaced: true);

    public static V1PodTemplate Read(JsonElement json) => k8s.KubernetesJson.Deserialize<V1PodTemplate>(json);

    public static void Write(Utf8JsonWriter writer, V1PodTemplate model) => writer.WriteRawValue(k8s.KubernetesJson.Serialize(model));
}
