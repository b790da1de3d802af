using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Tests;

/// <summary>A custom kind made for these tests, with a status subresource and a schema that can refuse.</summary>
public sealed record Widget : IResource<Widget>
{
    public static ResourceType Type { get; } = new("testing.foreman.dev", "v1", "Widget", "widgets", Namespaced: true);

    public static JsonTypeInfo<Widget> TypeInfo => WidgetJson.Default.Widget;

    public static JsonTypeInfo<ResourceList<Widget>> ListTypeInfo => WidgetJson.Default.ResourceListWidget;

    public string ApiVersion { get; init; } = Type.ApiVersion;

    public string Kind { get; init; } = Type.Kind;

    public V1ObjectMeta Metadata { get; init; } = new();

    public WidgetSpec? Spec { get; init; }

    public WidgetStatus? Status { get; init; }

    public static Widget Named(string name, string ns, int size = 1) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = ns },
        Spec = new() { Size = size },
    };

    /// <summary>Defines the kind on a cluster unless it is there, and waits until it is served.</summary>
    public static async Task InstallAsync(IKubernetes client)
    {
        await client.Dynamic.ApplyAsync((JsonObject)JsonNode.Parse(Definition)!, new() { FieldManager = "tests", Force = true });
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await client.ListAsync<Widget>();
                    return true;
                }
                catch (KubernetesException e) when (e.IsNotFound)
                {
                    return false;
                }
            },
            "the kind Widget to be served");
    }

    private const string Definition = """
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": { "name": "widgets.testing.foreman.dev" },
          "spec": {
            "group": "testing.foreman.dev",
            "scope": "Namespaced",
            "names": { "kind": "Widget", "listKind": "WidgetList", "plural": "widgets", "singular": "widget" },
            "versions": [{
              "name": "v1", "served": true, "storage": true,
              "subresources": { "status": {} },
              "selectableFields": [{ "jsonPath": ".status.phase" }],
              "schema": { "openAPIV3Schema": {
                "type": "object",
                "properties": {
                  "spec": { "type": "object", "properties": { "size": { "type": "integer", "minimum": 0 } } },
                  "status": { "type": "object", "properties": { "phase": { "type": "string" }, "attempt": { "type": "integer" } } }
                }
              } }
            }]
          }
        }
        """;
}

public sealed record WidgetSpec
{
    public int? Size { get; init; }
}

public sealed record WidgetStatus
{
    public string? Phase { get; init; }

    public int? Attempt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(Json.Rfc3339Converter)])]
[JsonSerializable(typeof(Widget))]
[JsonSerializable(typeof(ResourceList<Widget>))]
internal sealed partial class WidgetJson : JsonSerializerContext;
