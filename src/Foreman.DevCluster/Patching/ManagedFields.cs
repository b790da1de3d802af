using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>One managedFields entry: manager, operation, subresource and paths.</summary>
internal sealed record FieldOwner(string Manager, string Operation, string Subresource, HashSet<string> Paths)
{
    public string Time { get; init; } = "";

    public bool Is(string manager, string operation, string subresource) =>
        Manager == manager && Operation == operation && Subresource == subresource;
}

/// <summary>Reads and writes <c>metadata.managedFields</c>.</summary>
internal static class ManagedFields
{
    /// <summary>Most entries that are read.</summary>
    public const int MaxOwners = 256;

    /// <exception cref="ApiException">413 when there are too many entries, or their paths are too long together.</exception>
    public static List<FieldOwner> Read(JsonObject metadata, PathBudget budget) => metadata.Array("managedFields") is { Count: > MaxOwners } ? throw ApiErrors.TooMuchWork("to tell which manager owns which field") :
    [
        .. (metadata.Array("managedFields") ?? []).OfType<JsonObject>().Select(entry => new FieldOwner(
            entry.Text("manager") ?? "", entry.Text("operation") ?? "", entry.Text("subresource") ?? "", ReadPaths(entry.Object("fieldsV1"), budget))
        {
            Time = entry.Text("time") ?? "",
        }),
    ];

    public static void Write(JsonObject metadata, IEnumerable<FieldOwner> owners, string apiVersion)
    {
        var entries = owners.Where(owner => owner.Paths.Count > 0).Select(owner => (JsonNode)ToJson(owner, apiVersion)).ToArray();
        if (entries.Length == 0)
        {
            metadata.Remove("managedFields");
        }
        else
        {
            metadata["managedFields"] = new JsonArray(entries);
        }
    }

    /// <summary>The entries of a write if they are valid, else the stored ones; one empty entry resets managedFields.</summary>
    public static JsonArray? Sent(JsonObject metadata, JsonObject stored) => metadata.Array("managedFields") switch
    {
        [JsonObject { Count: 0 }] => null,
        { Count: > 0 and <= MaxOwners } entries when entries.All(entry => entry is JsonObject map && map.Text("manager") is not null && map.Object("fieldsV1") is { } fields && IsValid(fields)) => (JsonArray)entries.DeepClone(),
        _ => (JsonArray?)stored.Array("managedFields")?.DeepClone(),
    };

    public static void Set(JsonObject metadata, JsonArray? entries)
    {
        metadata.Remove("managedFields");
        if (entries is not null)
        {
            metadata["managedFields"] = entries;
        }
    }

    private static bool IsValid(JsonObject fields) => fields.All(step => FieldPaths.IsStep(step.Key) && step.Value is JsonObject inner && IsValid(inner));

    private static JsonObject ToJson(FieldOwner owner, string apiVersion)
    {
        var entry = new JsonObject
        {
            ["manager"] = owner.Manager,
            ["operation"] = owner.Operation,
            ["apiVersion"] = apiVersion,
            ["time"] = owner.Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = ToTree(owner.Paths),
        };
        if (owner.Subresource.Length > 0)
        {
            entry["subresource"] = owner.Subresource;
        }

        return entry;
    }

    private static JsonObject ToTree(IEnumerable<string> paths)
    {
        var root = new JsonObject();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var node = root;
            foreach (var step in path.Split(FieldPaths.Separator))
            {
                if (node[step] is not JsonObject next)
                {
                    next = [];
                    node[step] = next;
                }

                node = next;
            }
        }

        return root;
    }

    private static HashSet<string> ReadPaths(JsonObject? tree, PathBudget budget)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        Collect(tree ?? [], "", paths, budget);
        return paths;
    }

    private static void Collect(JsonObject node, string path, HashSet<string> paths, PathBudget budget)
    {
        budget.Charge(path.Length);
        if (node.Count == 0 && path.Length > 0)
        {
            paths.Add(path);
        }

        foreach (var (step, inner) in node)
        {
            Collect(inner as JsonObject ?? [], path.Length == 0 ? step : path + FieldPaths.Separator + step, paths, budget);
        }
    }
}
