using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// RFC 6902, with the API server's answers: whatever is wrong with an operation (a test that fails, a path that is absent, an unknown word)
/// is one 422 with empty details. A test of an absent path passes only against null.
/// </summary>
internal static class JsonPatch
{
    private const int MaxOperations = 10_000;

    /// <exception cref="ApiException">400 when the patch is no array of operations, 413 when it is too long, 422 when an operation is refused.</exception>
    public static JsonObject Apply(JsonObject root, JsonNode? patch)
    {
        if (patch is not JsonArray operations || operations.Any(operation => operation is not JsonObject))
        {
            throw ApiErrors.BadRequest("error decoding patch: a JSON Patch is an array of operations");
        }

        if (operations.Count > MaxOperations)
        {
            throw new ApiException(413, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }

        // A holder above the root lets the path "" be read like any other.
        var holder = new JsonObject { ["root"] = root.DeepClone() };
        foreach (var operation in operations)
        {
            Run(holder, (JsonObject)operation!);
        }

        return Pointer.Detach(holder, "root") as JsonObject ?? throw ApiErrors.PatchRejected();
    }

    private static void Run(JsonObject holder, JsonObject operation)
    {
        var path = operation.Text("path") ?? throw ApiErrors.PatchRejected();
        switch (operation.Text("op"))
        {
            case "add":
                Pointer.Of(holder, path).Add(Value(operation));
                break;
            case "replace":
                Pointer.Of(holder, path).Replace(Value(operation));
                break;
            case "remove":
                Pointer.Of(holder, path).Remove();
                break;
            case "test":
                Test(holder, path, operation["value"]);
                break;
            case "copy":
                Pointer.Of(holder, path).Add(Pointer.Of(holder, From(operation)).Read()?.DeepClone());
                break;
            case "move":
                Pointer.Of(holder, path, whenMissing: From(operation)).Add(Pointer.Of(holder, From(operation)).Take());
                break;
            default:
                throw ApiErrors.PatchRejected();
        }
    }

    private static string From(JsonObject operation) => operation.Text("from") ?? throw ApiErrors.PatchRejected();

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value?.DeepClone() : throw ApiErrors.PatchRejected();

    private static void Test(JsonObject holder, string path, JsonNode? wanted)
    {
        var place = Pointer.Of(holder, path);
        var found = place.Exists ? place.Read() : null;
        if (!JsonTree.Same(found, wanted))
        {
            throw ApiErrors.PatchRejected();
        }
    }

    /// <summary>A place in a tree: a container and a key in it.</summary>
    private readonly struct Pointer(JsonNode container, string key)
    {
        public static Pointer Of(JsonObject holder, string path, string? whenMissing = null)
        {
            if (path.Length > 0 && path[0] != '/')
            {
                throw ApiErrors.PatchRejected();
            }

            if (whenMissing is not null && !Of(holder, whenMissing).Exists)
            {
                throw ApiErrors.PatchRejected();
            }

            var keys = ("root" + path).Split('/').Select(Unescape).ToArray();
            JsonNode node = holder;
            foreach (var step in keys[..^1])
            {
                node = new Pointer(node, step).Read() ?? throw ApiErrors.PatchRejected();
            }

            return new Pointer(node, keys[^1]);
        }

        public static JsonNode? Detach(JsonObject holder, string key)
        {
            var node = holder[key];
            holder.Remove(key);
            return node;
        }

        public bool Exists => container switch
        {
            JsonObject map => map.ContainsKey(key),
            JsonArray list => TryIndex(list, out var index) && index < list.Count,
            _ => false,
        };

        public JsonNode? Read() => container switch
        {
            JsonObject map when map.TryGetPropertyValue(key, out var value) => value,
            JsonArray list when TryIndex(list, out var index) && index < list.Count => list[index],
            _ => throw ApiErrors.PatchRejected(),
        };

        public void Add(JsonNode? value)
        {
            if (container is JsonObject map)
            {
                map[key] = value;
            }
            else if (container is JsonArray list && (key == "-" || (TryIndex(list, out var index) && index <= list.Count)))
            {
                list.Insert(key == "-" ? list.Count : int.Parse(key, CultureInfo.InvariantCulture), value);
            }
            else
            {
                throw ApiErrors.PatchRejected();
            }
        }

        public void Replace(JsonNode? value)
        {
            Read();
            if (container is JsonObject map)
            {
                map[key] = value;
            }
            else
            {
                ((JsonArray)container)[int.Parse(key, CultureInfo.InvariantCulture)] = value;
            }
        }

        public void Remove()
        {
            Read();
            if (container is JsonObject map)
            {
                map.Remove(key);
            }
            else
            {
                ((JsonArray)container).RemoveAt(int.Parse(key, CultureInfo.InvariantCulture));
            }
        }

        public JsonNode? Take()
        {
            var node = Read();
            Remove();
            return node;
        }

        private bool TryIndex(JsonArray list, out int index) =>
            int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index <= list.Count;

        private static string Unescape(string step) =>
            step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
