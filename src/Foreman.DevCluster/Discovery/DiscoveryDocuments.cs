using System.Text.Json.Nodes;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.Discovery;

/// <summary>
/// Discovery documents, in the legacy form and in the aggregated one (apidiscovery.k8s.io/v2) that kubectl requests first.
/// </summary>
internal static class DiscoveryDocuments
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    public static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    public static JsonObject Groups(ResourceCatalog catalog) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Named(catalog).Select(group => (JsonNode)Group(group))]),
    };

    /// <summary>Null when there is no such group.</summary>
    public static JsonObject? Group(ResourceCatalog catalog, string name)
    {
        if (Named(catalog).FirstOrDefault(group => group.Key == name) is not { } found)
        {
            return null;
        }

        var document = Group(found);
        document["kind"] = "APIGroup";
        document["apiVersion"] = "v1";
        return document;
    }

    /// <summary>Null when there is no such group version.</summary>
    public static JsonObject? Resources(ResourceCatalog catalog, string group, string version)
    {
        var types = catalog.All.Where(type => type.Group == group && type.Version == version).ToList();
        return types.Count == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = types[0].GroupVersion,
            ["resources"] = new JsonArray([.. types.SelectMany(Entries)]),
        };
    }

    public static JsonObject Aggregated(ResourceCatalog catalog, bool core) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. catalog.All.Where(type => type.Group.Length == 0 == core).GroupBy(type => type.Group).Select(AggregatedGroup)]),
    };

    private static IEnumerable<IGrouping<string, ResourceDefinition>> Named(ResourceCatalog catalog) =>
        catalog.All.Where(type => type.Group.Length > 0).GroupBy(type => type.Group);

    private static JsonObject Group(IGrouping<string, ResourceDefinition> group)
    {
        var versions = group.Select(type => type.Version).Distinct().Select(version => Version(group.Key, version)).ToList();
        return new JsonObject
        {
            ["name"] = group.Key,
            ["versions"] = new JsonArray([.. versions.Select(version => (JsonNode)version)]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private static JsonObject Version(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private static IEnumerable<JsonNode> Entries(ResourceDefinition type)
    {
        yield return new JsonObject
        {
            ["name"] = type.Plural,
            ["singularName"] = type.Names.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = List(Verbs),
            ["shortNames"] = List(type.Names.ShortNames),
            ["categories"] = List(type.Names.Categories),
        };
        if (type.HasStatus)
        {
            yield return new JsonObject
            {
                ["name"] = type.Plural + "/status",
                ["singularName"] = "",
                ["namespaced"] = type.Namespaced,
                ["kind"] = type.Kind,
                ["verbs"] = List(StatusVerbs),
            };
        }
    }

    private static JsonNode AggregatedGroup(IGrouping<string, ResourceDefinition> group) => new JsonObject
    {
        ["metadata"] = group.Key.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group.Key },
        ["versions"] = new JsonArray([.. group.GroupBy(type => type.Version).Select(version => (JsonNode)new JsonObject
        {
            ["version"] = version.Key,
            ["resources"] = new JsonArray([.. version.Select(AggregatedResource)]),
            ["freshness"] = "Current",
        })]),
    };

    private static JsonNode AggregatedResource(ResourceDefinition type)
    {
        var entry = new JsonObject
        {
            ["resource"] = type.Plural,
            ["responseKind"] = ResponseKind(type),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Names.Singular,
            ["verbs"] = List(Verbs),
            ["shortNames"] = List(type.Names.ShortNames),
            ["categories"] = List(type.Names.Categories),
        };
        if (type.HasStatus)
        {
            entry["subresources"] = new JsonArray(new JsonObject { ["subresource"] = "status", ["responseKind"] = ResponseKind(type), ["verbs"] = List(StatusVerbs) });
        }

        return entry;
    }

    private static JsonObject ResponseKind(ResourceDefinition type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };

    private static JsonArray List(IEnumerable<string> words) => new([.. words.Select(word => (JsonNode)word)]);
}
