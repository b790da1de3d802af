using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>A namespaced kind of one test's own, for tests that change definitions.</summary>
internal static class OwnKind
{
    public static (ResourceType Type, JsonObject Definition) Make(Workspace at, string spec, string version = "{}")
    {
        var group = at.Namespace + ".foreman.dev";
        var more = Tree.Of(version);
        more["name"] = "v1";
        more["served"] = true;
        more["storage"] = true;
        more["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["spec"] = Tree.Of(spec) } } };
        var definition = new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = "things." + group },
            ["spec"] = new JsonObject
            {
                ["group"] = group,
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject { ["kind"] = "Thing", ["plural"] = "things" },
                ["versions"] = new JsonArray(more),
            },
        };
        return (new(group, "v1", "Thing", "things", Namespaced: true), definition);
    }

    public static JsonObject Object(Workspace at, ResourceType type, string spec, string name = "one") => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = at.Namespace },
        ["spec"] = Tree.Of(spec),
    };
}
