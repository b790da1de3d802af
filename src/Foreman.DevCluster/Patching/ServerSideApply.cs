using System.Text.Json.Nodes;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// Server-side apply on leaves: applied fields are merged and owned by the manager; fields it no longer applies are removed
/// unless another manager owns them; fields of another manager with a different value are a conflict, or taken over with
/// force.
/// </summary>
internal static class ServerSideApply
{
    public static JsonObject Apply(JsonObject live, JsonObject config, WriteTarget target, WriteOptions options, string now)
    {
        var schema = target.Type.Schema;
        var budget = new PathBudget();
        var owners = ManagedFields.Read(live.Metadata(), budget);
        var liveLeaves = FieldPaths.Leaves(live, schema, target.IsStatus, budget);
        if (owners.Count == 0 && liveLeaves.Count > 0)
        {
            owners.Add(new FieldOwner("before-first-apply", "Update", target.Subresource ?? "", [.. liveLeaves.Keys]) { Time = now });
        }

        var wanted = FieldPaths.Leaves(config, schema, target.IsStatus, budget);
        var mine = owners.Find(owner => owner.Is(options.FieldManager, "Apply", target.Subresource ?? ""));
        var others = owners.Where(owner => !ReferenceEquals(owner, mine)).ToList();
        Resolve(wanted, liveLeaves, others, target, options);

        var result = live.Clone();
        var part = Appliable(config, target);
        var metadata = part.Metadata();
        part.Remove("metadata");
        Merge(result, part, schema);
        Merge(result.Metadata(), metadata, BuiltinSchemas.ObjectMeta);
        foreach (var path in (mine?.Paths ?? []).Where(path => !wanted.ContainsKey(path)))
        {
            budget.Charge(others.Count);
            if (others.Exists(owner => owner.Paths.Contains(path)))
            {
                continue;
            }

            FieldPaths.Remove(result, path, schema, budget);
        }

        var entry = new FieldOwner(options.FieldManager, "Apply", target.Subresource ?? "", [.. wanted.Keys])
        {
            Time = mine is not null && mine.Paths.SetEquals(wanted.Keys) ? mine.Time : now,
        };
        ManagedFields.Write(result.Metadata(), [entry, .. others], target.Type.GroupVersion);
        return result;
    }

    /// <summary>Makes the manager the owner of all fields of an object created by apply.</summary>
    public static void TakeOwnership(JsonObject root, WriteTarget target, WriteOptions options, string now)
    {
        var leaves = FieldPaths.Leaves(root, target.Type.Schema, status: false, new PathBudget());
        ManagedFields.Write(root.Metadata(), [new FieldOwner(options.FieldManager, "Apply", "", [.. leaves.Keys]) { Time = now }], target.Type.GroupVersion);
    }

    private static void Resolve(Dictionary<string, JsonNode?> wanted, Dictionary<string, JsonNode?> live, List<FieldOwner> others, WriteTarget target, WriteOptions options)
    {
        var conflicts = others
            .SelectMany(owner => owner.Paths.Where(path => IsConflict(path, wanted, live)).Select(path => (Owner: owner, Path: path)))
            .OrderBy(conflict => conflict.Path, StringComparer.Ordinal).ToList();
        if (conflicts.Count > 0 && !options.Force)
        {
            throw Conflict(conflicts, target);
        }

        foreach (var (owner, path) in conflicts)
        {
            owner.Paths.Remove(path);
        }
    }

    private static bool IsConflict(string path, Dictionary<string, JsonNode?> wanted, Dictionary<string, JsonNode?> live) =>
        wanted.TryGetValue(path, out var value) && live.TryGetValue(path, out var old) && !JsonTree.Same(value, old);

    private static ApiException Conflict(List<(FieldOwner Owner, string Path)> conflicts, WriteTarget target)
    {
        var causes = conflicts.Take(FieldErrors.Limit).Select(conflict => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with \"{conflict.Owner.Manager}\" using {target.Type.GroupVersion}",
            ["field"] = FieldPaths.Show(conflict.Path),
        }).ToArray();
        var lines = conflicts.Take(FieldErrors.Limit).Select(conflict => $"conflict with \"{conflict.Owner.Manager}\" using {target.Type.GroupVersion}: {FieldPaths.Show(conflict.Path)}").ToArray();
        var message = lines.Length == 1
            ? "Apply failed with 1 conflict: " + lines[0]
            : $"Apply failed with {conflicts.Count} conflicts: {string.Join("\n- ", lines.Prepend("").ToArray()).TrimStart()}";
        return new ApiException(409, "Conflict", message, new JsonObject { ["causes"] = new JsonArray(causes) });
    }

    /// <summary>The part of the manifest that the endpoint accepts: everything but status, or status only.</summary>
    private static JsonObject Appliable(JsonObject config, WriteTarget target)
    {
        var part = config.Clone();
        part.RemoveAll([.. config.Select(field => field.Key).Where(name => name is not ("apiVersion" or "kind" or "metadata") && (name == "status") != target.IsStatus && target.Type.HasStatus)]);

        part.Metadata().Remove("managedFields");
        return part;
    }

    private static void Merge(JsonObject target, JsonObject config, StructuralSchema? schema)
    {
        foreach (var (name, value) in config)
        {
            var inner = schema?.Properties.GetValueOrDefault(name) ?? schema?.AdditionalProperties;
            if (value is JsonObject map && target[name] is JsonObject into && inner?.MapType != "atomic")
            {
                Merge(into, map, inner);
            }
            else if (value is JsonArray items && target[name] is JsonArray list && inner?.ListType is "map" or "set")
            {
                MergeList((JsonArray)target[name]!, (JsonArray)value!, inner);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    private static void MergeList(JsonArray list, JsonArray items, StructuralSchema schema)
    {
        var isMap = schema.ListType == "map";
        string Identity(JsonNode? item) => isMap && item is JsonObject map ? JsonTree.Key(ListRules.KeyOf(map, schema)) : JsonTree.Key(item);
        var known = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in list)
        {
            known.TryAdd(Identity(item), item);
        }

        foreach (var item in items)
        {
            var identity = Identity(item);
            if (!known.TryGetValue(identity, out var old))
            {
                var added = item?.DeepClone();
                known[identity] = added;
                list.Add(added);
            }
            else if (isMap && old is JsonObject into && item is JsonObject map)
            {
                Merge(into, map, schema.Items);
            }
        }
    }
}
