using System.Text.Json.Nodes;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.OpenApi;

/// <summary>The paths of one kind with their operations, each with the kind and action extensions that kubectl reads.</summary>
internal static class OpenApiPaths
{
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];

    public static IEnumerable<(string Path, JsonObject Item)> Of(ResourceDefinition type, string prefix, string schemaName)
    {
        var collection = type.Namespaced ? $"{prefix}/namespaces/{{namespace}}/{type.Plural}" : $"{prefix}/{type.Plural}";
        yield return (collection, new JsonObject
        {
            ["get"] = Operation(type, "list", schemaName, []),
            ["post"] = Operation(type, "post", schemaName, WriteParameters),
            ["delete"] = Operation(type, "deletecollection", schemaName, []),
        });
        yield return (collection + "/{name}", Item(type, schemaName));
        if (type.HasStatus)
        {
            var status = Item(type, schemaName);
            status.Remove("delete");
            yield return (collection + "/{name}/status", status);
        }

        if (type.Namespaced)
        {
            yield return ($"{prefix}/{type.Plural}", new JsonObject { ["get"] = Operation(type, "list", schemaName, []) });
        }
    }

    private static JsonObject Item(ResourceDefinition type, string schemaName) => new()
    {
        ["get"] = Operation(type, "get", schemaName, []),
        ["put"] = Operation(type, "put", schemaName, WriteParameters),
        ["patch"] = Operation(type, "patch", schemaName, [.. WriteParameters, "force"]),
        ["delete"] = Operation(type, "delete", schemaName, []),
    };

    private static JsonObject Operation(ResourceDefinition type, string action, string schemaName, IEnumerable<string> parameters)
    {
        var schema = new JsonObject { ["$ref"] = "#/components/schemas/" + schemaName };
        return new JsonObject
        {
            ["parameters"] = new JsonArray([.. parameters.Select(Parameter)]),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "OK", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } } },
            },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = OpenApiDocuments.Kind(type, type.Kind),
        };
    }

    private static JsonNode Parameter(string name) => new JsonObject
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string" },
    };
}
