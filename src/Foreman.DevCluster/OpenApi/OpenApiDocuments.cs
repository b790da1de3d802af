using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.OpenApi;

/// <summary>OpenAPI v3, as far as kubectl uses it: schemas for explain, and paths whose PATCH has the parameter fieldValidation.</summary>
internal sealed class OpenApiDocuments(ResourceCatalog catalog)
{
    private const string MetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    public JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var type in catalog.All.DistinctBy(type => type.GroupVersion))
        {
            var path = Prefix(type)[1..];
            paths[path] = new JsonObject { ["serverRelativeURL"] = string.Create(CultureInfo.InvariantCulture, $"/openapi/v3/{path}?hash={catalog.Generation}") };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>The document of one group version; null when it is not served.</summary>
    public JsonObject? Document(string group, string version)
    {
        var types = catalog.All.Where(type => type.Group == group && type.Version == version).ToList();
        if (types.Count == 0)
        {
            return null;
        }

        var schemas = new JsonObject { [MetaName] = Builtins.BuiltinSchemas.ObjectMeta.Source.DeepClone() };
        var paths = new JsonObject();
        foreach (var type in types)
        {
            schemas[SchemaName(type, type.Kind)] = Schema(type);
            schemas[SchemaName(type, type.Names.ListKind)] = ListSchema(type);
            foreach (var (path, item) in OpenApiPaths.Of(type, Prefix(type), SchemaName(type, type.Kind)))
            {
                paths[path] = item;
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = version },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static string Prefix(ResourceDefinition type) => type.Group.Length == 0 ? "/api/" + type.Version : $"/apis/{type.Group}/{type.Version}";

    /// <summary>Schema names as in Kubernetes: the group's segments reversed, version, kind.</summary>
    private static string SchemaName(ResourceDefinition type, string kind) => type.Group.Length == 0
        ? $"io.k8s.api.core.{type.Version}.{kind}"
        : $"{string.Join('.', type.Group.Split('.').Reverse())}.{type.Version}.{kind}";

    private static JsonObject Schema(ResourceDefinition type)
    {
        var schema = type.Schema.Source.Clone();
        if (schema["properties"] is not JsonObject properties)
        {
            properties = [];
            schema["properties"] = properties;
        }

        properties["apiVersion"] = new JsonObject { ["type"] = "string", ["description"] = "The version of the API in which this object is written." };
        properties["kind"] = new JsonObject { ["type"] = "string", ["description"] = "The kind of this object." };
        properties["metadata"] = new JsonObject
        {
            ["description"] = "Who this object is: name, namespace, labels and more.",
            ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/" + MetaName }),
        };
        schema["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type, type.Kind));
        return schema;
    }

    private static JsonObject ListSchema(ResourceDefinition type) => new()
    {
        ["type"] = "object",
        ["description"] = $"A list of {type.Kind}.",
        ["required"] = new JsonArray("items"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#/components/schemas/" + SchemaName(type, type.Kind) } },
        },
        ["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type, type.Names.ListKind)),
    };

    internal static JsonObject Kind(ResourceDefinition type, string kind) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = kind };
}
