using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>What the steps of a Workflow give to later ones, and where it is kept. Pure.</summary>
public static class StepOutputs
{
    /// <summary>Most bytes of the outputs that a status holds, those of all steps together.</summary>
    internal const int MaxInStatus = 64 * 1024;

    /// <summary>Most characters of the JSON of the outputs of one step, all of them ASCII: a ConfigMap holds 1 MiB.</summary>
    internal const int MaxStored = 1_000_000;

    private const string Key = "outputs.json";

    /// <summary>The outputs that a ConfigMap holds; null when it holds none.</summary>
    /// <param name="stored">The ConfigMap, whoever wrote it.</param>
    public static IReadOnlyDictionary<string, string>? Read(V1ConfigMap stored)
    {
        if (stored.Data?.GetValueOrDefault(Key) is not { } json)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(json) is JsonObject outputs ? TextsOf(outputs) : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // A key that is there twice is found only when the object is looked at.
            return null;
        }
    }

    /// <summary>The outputs of a step that has ended; empty when it gave none.</summary>
    internal static ImmutableSortedDictionary<string, string> Of(StepResult result) =>
        ReferenceValues.OutputsOf(result) is { } outputs ? TextsOf(outputs) : ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Bytes of outputs; 0 for none.</summary>
    internal static int BytesOf(IReadOnlyDictionary<string, string>? outputs) =>
        (outputs ?? ImmutableSortedDictionary<string, string>.Empty).Sum(o => Encoding.UTF8.GetByteCount(o.Key) + Encoding.UTF8.GetByteCount(o.Value));

    /// <summary>Outputs as JSON.</summary>
    internal static JsonObject ToJson(IReadOnlyDictionary<string, string> outputs)
    {
        var json = new JsonObject();
        foreach (var (key, value) in outputs)
        {
            json[key] = value;
        }

        return json;
    }

    /// <summary>Name of the ConfigMap that holds the outputs of a step.</summary>
    internal static string NameOf(Workflow workflow, string step) => $"foreman-outputs-{workflow.Name()}-{step}";

    /// <summary>The ConfigMap that holds the outputs of a step: it goes with the Workflow, and nobody changes it.</summary>
    internal static V1ConfigMap ToConfigMap(Workflow workflow, string step, IReadOnlyDictionary<string, string> outputs) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = NameOf(workflow, step),
            NamespaceProperty = workflow.Namespace(),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.Workflow] = workflow.Name(), [Labels.Step] = step },
        }.WithOwner(workflow),
        Data = new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = ToJson(outputs).ToJsonString() },
        Immutable = true,
    };

    private static ImmutableSortedDictionary<string, string> TextsOf(JsonObject outputs) => outputs
        .Where(o => o.Value is not null)
        .ToImmutableSortedDictionary(o => o.Key, o => ReferenceValues.Text(o.Value!), StringComparer.Ordinal);
}
