using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>A custom kind with everything that a schema can ask for; <see cref="Definitions"/> holds its schema.</summary>
public sealed record Gadget : IResource<Gadget>
{
    public static ResourceType Type { get; } = new("behaviour.foreman.dev", "v1", "Gadget", "gadgets", Namespaced: true);

    public static JsonTypeInfo<Gadget> TypeInfo => GadgetJson.Default.Gadget;

    public static JsonTypeInfo<ResourceList<Gadget>> ListTypeInfo => GadgetJson.Default.ResourceListGadget;

    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    public string Kind { get => field ?? Type.Kind; init; }

    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    public GadgetSpec? Spec { get; init; }

    public GadgetStatus? Status { get; init; }
}

public sealed record GadgetSpec
{
    public string? Kind { get; init; }

    public int? Size { get; init; }

    public long? Total { get; init; }

    public double? Ratio { get; init; }

    public string? Name { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? Set { get; init; }

    public IReadOnlyList<GadgetPort>? Ports { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Whole { get; init; }

    public JsonObject? Anything { get; init; }

    public JsonNode? Port { get; init; }

    public JsonNode? Memory { get; init; }

    public DateTimeOffset? When { get; init; }

    public string? Maybe { get; init; }

    public string? Level { get; init; }

    public bool? Flag { get; init; }

    public GadgetNested? Nested { get; init; }

    public JsonObject? Template { get; init; }
}

public sealed record GadgetPort(string Name, int Number, string? Protocol = null);

public sealed record GadgetNested
{
    public string? A { get; init; }
}

public sealed record GadgetStatus
{
    public string? Phase { get; init; }

    public int? Attempt { get; init; }

    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(Json.Rfc3339Converter)])]
[JsonSerializable(typeof(Gadget))]
[JsonSerializable(typeof(ResourceList<Gadget>))]
internal sealed partial class GadgetJson : JsonSerializerContext;
