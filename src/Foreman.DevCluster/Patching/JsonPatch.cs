using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// RFC 6902, with the API server's errors: any failing operation (a failed test, an absent path, an unknown operation) is a
/// 422 with empty details. A test of an absent path passes only against null.
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

        // A parent above the root lets the path "" be handled like any other.
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
                Pointer.Of(holder, path, from: From(operation)).Add(Pointer.Of(holder, From(operation)).Take());
                break;
            default:
                throw ApiErrors.PatchRejected();
        }
    }

    private static string From(JsonObject operation) => operation.Text("from") ?? throw ApiErrors.PatchRejected();

    /// <summary>An absent value means null, as in the API server.</summary>
    private static JsonNode? Value(JsonObject operation) => operation["value"]?.DeepClone();

    private static void Test(JsonObject holder, string path, JsonNode? wanted)
    {
        if (!JsonTree.Same(Pointer.Of(holder, path).Read(), wanted))
        {
            throw ApiErrors.PatchRejected();
        }
    }

    /// <summary>A location in a tree: a container and a key in it.</summary>
    private readonly struct Pointer(JsonNode container, string key)
    {
        public static Pointer Of(JsonObject holder, string path, string? from = null)
        {
            if (path.Length > 0 && path[0] != '/')
            {
                throw ApiErrors.PatchRejected();
            }

            if (from is not null && !Of(holder, from).Exists)
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

        /// <summary>False for an absent key; an index out of range is an error.</summary>
        public bool Exists => container switch
        {
            JsonObject map => map.ContainsKey(key),
            JsonArray list => Index(list.Count) >= 0,
            _ => throw ApiErrors.PatchRejected(),
        };

        /// <summary>The value; null where a map has no such key, as in the API server's library.</summary>
        public JsonNode? Read() => container switch
        {
            JsonObject map => map[key],
            JsonArray list => list[Index(list.Count)],
            _ => throw ApiErrors.PatchRejected(),
        };

        public void Add(JsonNode? value)
        {
            if (container is JsonObject map)
            {
                map[key] = value;
            }
            else if (container is JsonArray list)
            {
                list.Insert(key == "-" ? list.Count : Index(list.Count + 1), value);
            }
            else
            {
                throw ApiErrors.PatchRejected();
            }
        }

        /// <summary>In a map this also sets an absent key, as kube-apiserver's library does, contrary to the RFC.</summary>
        public void Replace(JsonNode? value)
        {
            if (container is JsonArray list)
            {
                list[Index(list.Count)] = value;
            }
            else
            {
                Add(value);
            }
        }

        public void Remove()
        {
            if (!Exists)
            {
                throw ApiErrors.PatchRejected();
            }

            if (container is JsonObject map)
            {
                map.Remove(key);
            }
            else if (container is JsonArray list)
            {
                list.RemoveAt(Index(list.Count));
            }
        }

        public JsonNode? Take()
        {
            var node = Read();
            Remove();
            return node;
        }

        /// <summary>The index in a list of this length; negative ones count from the end.</summary>
        private int Index(int count) =>
            int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) && index < count && index >= -count
                ? index < 0 ? index + count : index
                : throw ApiErrors.PatchRejected();

        private static string Unescape(string step) =>
            step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
