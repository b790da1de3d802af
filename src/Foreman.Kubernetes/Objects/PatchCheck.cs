using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>
/// Applies a JSON Patch to a copy of an object as kube-apiserver does, to find the operation that does not fit: the server's answer,
/// 422 with empty details, names none.
/// </summary>
internal static class PatchCheck
{
    private const int MaxShown = 200;

    public static PatchMismatch? First(JsonArray operations, JsonObject obj)
    {
        // A parent above the root lets the path "" be handled like any other.
        var holder = new JsonObject { ["root"] = obj.DeepClone() };
        for (var i = 0; i < operations.Count; i++)
        {
            if (Run(holder, operations[i] as JsonObject) is var (path, reason, message))
            {
                return new(i, path, reason, string.Create(CultureInfo.InvariantCulture, $"operation {i} ({(operations[i] as JsonObject)?["op"]} {path}): {message}"));
            }
        }

        return null;
    }

    private static (string Path, PatchMismatchReason Reason, string Message)? Run(JsonObject holder, JsonObject? operation)
    {
        if (operation?["op"]?.ToString() is not { } op || operation["path"]?.ToString() is not { } path || (path.Length > 0 && path[0] != '/'))
        {
            return ("", PatchMismatchReason.Unknown, "it is no operation with a path");
        }

        var steps = ("root" + path).Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        JsonNode node = holder;
        foreach (var step in steps[..^1])
        {
            if (Child(node, step) is not { } next)
            {
                return (path, PatchMismatchReason.AbsentPath, $"there is no `{step}`");
            }

            node = next;
        }

        return Apply(node, steps[^1], op, operation["value"]) is var (reason, message) ? (path, reason, message) : null;
    }

    private static (PatchMismatchReason Reason, string Message)? Apply(JsonNode container, string key, string op, JsonNode? value)
    {
        var there = container is JsonObject map ? map.ContainsKey(key) : container is JsonArray list && Index(list, key) is not null;
        switch (op)
        {
            case "test" when JsonNode.DeepEquals(Child(container, key), value) && (there || container is JsonObject):
                return null;
            case "test" when there:
                return (PatchMismatchReason.OtherValue, $"it is {Show(Child(container, key))}, not {Show(value)}");
            case "add" when container is JsonArray items && (key == "-" || Index(items, key, items.Count) is not null):
                items.Insert(key == "-" ? items.Count : Index(items, key, items.Count)!.Value, value?.DeepClone());
                return null;
            case "replace" when there && container is JsonArray items:
                items[Index(items, key)!.Value] = value?.DeepClone();
                return null;
            case "add" or "replace" when container is JsonObject fields:
                fields[key] = value?.DeepClone();
                return null;
            case "remove" when there:
                Remove(container, key);
                return null;
            case "test" or "add" or "replace" or "remove":
                return (PatchMismatchReason.AbsentPath, $"there is no `{key}`");
            default:
                return (PatchMismatchReason.Unknown, $"{op} is not looked into");
        }
    }

    private static void Remove(JsonNode container, string key)
    {
        if (container is JsonObject map)
        {
            map.Remove(key);
        }
        else if (container is JsonArray list)
        {
            list.RemoveAt(Index(list, key)!.Value);
        }
    }

    private static JsonNode? Child(JsonNode container, string key) => container switch
    {
        JsonObject map => map[key],
        JsonArray list => Index(list, key) is { } index ? list[index] : null,
        _ => null,
    };

    private static int? Index(JsonArray list, string key, int? most = null) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= (most ?? list.Count - 1) ? index : null;

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
    }
}
