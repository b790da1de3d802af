using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Patching;

/// <summary>A location in a tree (RFC 6901): a container, a key in it, and how deep it lies.</summary>
internal readonly struct JsonPointer
{
    private readonly JsonNode _container;
    private readonly string _key;

    private JsonPointer(JsonNode container, string key, int depth)
    {
        _container = container;
        _key = key;
        Depth = depth;
    }

    /// <summary>How many containers are above the location; 0 for the root.</summary>
    public int Depth { get; }

    /// <summary>False for an absent key; an index out of range is an error.</summary>
    public bool Exists => _container switch
    {
        JsonObject map => map.ContainsKey(_key),
        JsonArray list => Index(list.Count) >= 0,
        _ => throw ApiErrors.PatchRejected(),
    };

    /// <summary>Follows a path step by step, so that a path longer than the tree is deep costs no more than the tree's depth.</summary>
    /// <param name="holder">The parent of the tree, which has it as <c>root</c>.</param>
    /// <param name="path">The path.</param>
    /// <param name="budget">Counts the steps.</param>
    public static JsonPointer Of(JsonObject holder, string path, PatchBudget budget)
    {
        if (path.Length > 0 && path[0] != '/')
        {
            throw ApiErrors.PatchRejected();
        }

        JsonPointer at = new(holder, "root", 0);
        for (var start = 1; start <= path.Length;)
        {
            var end = path.IndexOf('/', start);
            end = end < 0 ? path.Length : end;
            budget.Charge(1);
            at = new(at.Read() ?? throw ApiErrors.PatchRejected(), Unescape(path[start..end]), at.Depth + 1);
            start = end + 1;
        }

        return at;
    }

    /// <summary>The value; null where a map has no such key, as in the API server's library.</summary>
    public JsonNode? Read() => _container switch
    {
        JsonObject map => map[_key],
        JsonArray list => list[Index(list.Count)],
        _ => throw ApiErrors.PatchRejected(),
    };

    public static void Add(JsonPointer at, JsonNode? value, PatchBudget budget)
    {
        switch (at._container)
        {
            case JsonObject map:
                map[at._key] = value;
                break;
            case JsonArray list:
                var index = at._key == "-" ? list.Count : at.Index(list.Count + 1);
                budget.Shift(list.Count - index);
                list.Insert(index, value);
                break;
            default:
                throw ApiErrors.PatchRejected();
        }
    }

    /// <summary>In a map this also sets an absent key, as kube-apiserver's library does, contrary to the RFC.</summary>
    public static void Replace(JsonPointer at, JsonNode? value, PatchBudget budget)
    {
        if (at._container is JsonArray list)
        {
            list[at.Index(list.Count)] = value;
        }
        else
        {
            Add(at, value, budget);
        }
    }

    public void Remove(PatchBudget budget)
    {
        if (!Exists)
        {
            throw ApiErrors.PatchRejected();
        }

        if (_container is JsonObject map)
        {
            budget.Shift(map.Count);
            map.Remove(_key);
        }
        else if (_container is JsonArray list)
        {
            budget.Shift(list.Count);
            list.RemoveAt(Index(list.Count));
        }
    }

    /// <summary>The index in a list of this length; negative ones count from the end.</summary>
    private int Index(int count) =>
        int.TryParse(_key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) && index < count && index >= -count
            ? index < 0 ? index + count : index
            : throw ApiErrors.PatchRejected();

    private static string Unescape(string step) => step.Contains('~', StringComparison.Ordinal)
        ? step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
        : step;
}
