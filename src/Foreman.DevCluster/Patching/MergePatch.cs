using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>RFC 7396: maps are merged, null removes, everything else is replaced.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject root, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            throw ApiErrors.BadRequest("error decoding patch: a merge patch is an object");
        }

        var result = (JsonObject)root.DeepClone();
        Merge(result, changes);
        return result;
    }

    public static void Merge(JsonObject target, JsonObject changes)
    {
        var gone = new List<string>();
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                gone.Add(name);
            }
            else if (change is JsonObject inner)
            {
                var into = target[name] as JsonObject ?? [];
                Merge(into, inner);
                if (into.Parent is null)
                {
                    target[name] = into;
                }
            }
            else
            {
                target[name] = change.DeepClone();
            }
        }

        target.RemoveAll(gone);
    }
}
