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

        foreach (var (name, change) in changes)
        {
            if (name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal))
            {
                RemoveItems(target.Array(name["$deleteFromPrimitiveList/".Length..]), change as JsonArray);
            }
            else if (!name.StartsWith('$'))
            {
                MergeField(target, name, change);
            }
        }

        foreach (var name in changes.Array("$retainKeys") is { } kept ? target.Select(field => field.Key).Except(kept.Select(JsonTree.AsText)).ToArray() : [])
        {
            target.Remove(name!);
        }
    }

    private static void MergeField(JsonObject target, string name, JsonNode? change)
    {
        switch (change)
        {
            case null:
                target.Remove(name);
                break;
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
                target[name] = new JsonArray([.. items.Concat(list.Where(old => !items.Any(item => JsonTree.Same(old, item)))).Select(item => item?.DeepClone())]);
                break;
            default:
                target[name] = change.DeepClone();
                break;
        }
    }

    private static void MergeItems(JsonArray list, JsonArray changes, string key)
    {
        foreach (var change in changes.OfType<JsonObject>())
        {
            var old = list.OfType<JsonObject>().FirstOrDefault(item => JsonTree.Same(item[key], change[key]));
            if (change.Text("$patch") == "delete")
            {
                list.Remove(old);
            }
            else if (old is null)
            {
                list.Add(change.DeepClone());
            }
            else
            {
                Merge(old, change);
            }
        }
    }

    private static void RemoveItems(JsonArray? list, JsonArray? gone)
    {
        foreach (var item in list?.Where(item => gone?.Any(other => JsonTree.Same(item, other)) == true).ToArray() ?? [])
        {
            list!.Remove(item);
        }
    }
}
