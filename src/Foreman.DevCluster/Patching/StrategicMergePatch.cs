using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// Strategic merge patch of built-in kinds: a merge patch with directives, in which some lists are merged by key. Only lists
/// of the kinds served here are known; every other list is replaced.
/// </summary>
internal static class StrategicMergePatch
{
    private static readonly Dictionary<string, string> MergeKeys = new(StringComparer.Ordinal)
    {
        ["ownerReferences"] = "uid",
        ["secrets"] = "name",
        ["conditions"] = "type",
    };

    private static readonly HashSet<string> PrimitiveSets = new(StringComparer.Ordinal) { "finalizers" };

    public static JsonObject Apply(JsonObject root, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            throw ApiErrors.BadRequest("error decoding patch: a strategic merge patch is an object");
        }

        var result = (JsonObject)root.DeepClone();
        Merge(result, changes);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject changes)
    {
        if (changes.Text("$patch") is { } directive)
        {
            target.Clear();
            if (directive == "delete")
            {
                return;
            }
        }

        var gone = new List<string>();
        foreach (var (name, change) in changes)
        {
            if (change is null && !name.StartsWith('$'))
            {
                gone.Add(name);
            }
            else if (name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal))
            {
                RemoveItems(target.Array(name["$deleteFromPrimitiveList/".Length..]), change as JsonArray);
            }
            else if (!name.StartsWith('$'))
            {
                MergeField(target, name, change!);
            }
        }

        target.RemoveAll(gone);
        if (changes.Array("$retainKeys") is { } kept)
        {
            target.RemoveAll([.. target.Select(field => field.Key).Except(kept.Select(JsonTree.AsText).OfType<string>(), StringComparer.Ordinal)]);
        }
    }

    private static void MergeField(JsonObject target, string name, JsonNode change)
    {
        switch (change)
        {
            case JsonObject inner:
                var into = target[name] as JsonObject ?? [];
                Merge(into, inner);
                if (into.Parent is null)
                {
                    target[name] = into;
                }

                break;
            case JsonArray items when MergeKeys.TryGetValue(name, out var key) && target[name] is JsonArray list:
                MergeItems(list, items, key);
                break;
            case JsonArray items when PrimitiveSets.Contains(name) && target[name] is JsonArray list:
                // Items of the patch come before items that only the server has.
                var sent = items.Select(JsonTree.Key).ToHashSet(StringComparer.Ordinal);
                target[name] = new JsonArray([.. items.Concat(list.Where(old => !sent.Contains(JsonTree.Key(old)))).Select(item => item?.DeepClone())]);
                break;
            default:
                target[name] = change.DeepClone();
                break;
        }
    }

    private static void MergeItems(JsonArray list, JsonArray changes, string key)
    {
        var known = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var item in list.OfType<JsonObject>())
        {
            known.TryAdd(JsonTree.Key(item[key]), item);
        }

        var gone = new HashSet<JsonNode>(ReferenceEqualityComparer.Instance);
        foreach (var change in changes.OfType<JsonObject>())
        {
            var id = JsonTree.Key(change[key]);
            var old = known.GetValueOrDefault(id);
            if (change.Text("$patch") == "delete")
            {
                if (old is not null)
                {
                    gone.Add(old);
                    known.Remove(id);
                }
            }
            else if (old is null)
            {
                var added = (JsonObject)change.DeepClone();
                known[id] = added;
                list.Add((JsonNode)added);
            }
            else
            {
                Merge(old, change);
            }
        }

        list.RemoveAll(item => item is not null && gone.Contains(item));
    }

    private static void RemoveItems(JsonArray? list, JsonArray? gone)
    {
        var keys = (gone ?? []).Select(JsonTree.Key).ToHashSet(StringComparer.Ordinal);
        list?.RemoveAll(item => keys.Contains(JsonTree.Key(item)));
    }
}
