using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.UserDeployments.Templates;

/// <summary>Reads one map of a template and collects what is wrong. A key that was never asked for is unknown.</summary>
/// <param name="map">The map.</param>
/// <param name="path">Steps to it.</param>
/// <param name="faults">Takes what is wrong.</param>
/// <param name="values">Replaces references in texts; null leaves texts as they are.</param>
internal sealed class TemplateMap(JsonObject map, ImmutableArray<string> path, TemplateFaults faults, Placeholders? values)
{
    private const int MostItems = 200;

    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A text; null when absent or wrong.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="isGood">Whether a text will do.</param>
    /// <param name="what">What will do, for the message.</param>
    public string? Text(string key, Func<string, bool> isGood, string what)
    {
        if (!TryGet(key, out var node) || Scalar(node, [.. path, key]) is not { } text)
        {
            return null;
        }

        if (isGood(text))
        {
            return text;
        }

        Fail(key, $"`{Texts.Shown(text)}` is not {what}");
        return null;
    }

    /// <summary>The same, for a key that must be there.</summary>
    public string Needed(string key, Func<string, bool> isGood, string what)
    {
        if (!TryGet(key, out _))
        {
            Fail(key, $"it is missing: {what}");
        }

        return Text(key, isGood, what) ?? "";
    }

    /// <summary>A whole number within bounds; null when absent or wrong.</summary>
    public int? Whole(string key, int least, int most)
    {
        var text = Text(key, t => IsWhole(t, least, most), Texts.Of($"a whole number from {least} to {most}"));
        return text is null ? null : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>True or false; false when absent or wrong.</summary>
    public bool Flag(string key) => Text(key, t => t is "true" or "false", "true or false") == "true";

    /// <summary>A list of texts; empty when absent.</summary>
    public ImmutableArray<string> List(string key, Func<string, bool> isGood, string what)
    {
        var read = ImmutableArray.CreateBuilder<string>();
        foreach (var (at, node) in Items(key))
        {
            if (Scalar(node, at) is not { } text)
            {
                continue;
            }

            if (isGood(text))
            {
                read.Add(text);
            }
            else
            {
                faults.Add(at, $"`{Texts.Shown(text)}` is not {what}");
            }
        }

        return read.ToImmutable();
    }

    /// <summary>Texts by name; empty when absent.</summary>
    public ImmutableSortedDictionary<string, string> Entries(string key, Func<string, bool> isName, Func<string, bool> isGood, string what)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, node) in MapAt(key) ?? new JsonObject())
        {
            ImmutableArray<string> at = [.. path, key, name];
            if (Scalar(node, at) is not { } text)
            {
                continue;
            }

            if (isName(name) && isGood(text))
            {
                read[name] = text;
            }
            else
            {
                faults.Add(at, $"`{Texts.Shown(name)}: {Texts.Shown(text)}` is not {what}");
            }
        }

        return read.ToImmutable();
    }

    /// <summary>A map below; null when absent or wrong.</summary>
    public TemplateMap? Map(string key) => MapAt(key) is { } below ? new(below, [.. path, key], faults, values) : null;

    /// <summary>A list of maps; empty when absent.</summary>
    public IReadOnlyList<TemplateMap> Maps(string key)
    {
        var read = new List<TemplateMap>();
        foreach (var (at, node) in Items(key))
        {
            if (node is JsonObject below)
            {
                read.Add(new(below, at, faults, values));
            }
            else
            {
                faults.Add(at, "it is no map of keys and values");
            }
        }

        return read;
    }

    /// <summary>Takes a fault of a key.</summary>
    public void Fail(string key, string what) => faults.Add([.. path, key], what);

    /// <summary>Takes a fault for each key that nothing asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, _) in map.Where(f => !_known.Contains(f.Key)))
        {
            Fail(key, $"there is no such key; there are {string.Join(", ", _known)}");
        }
    }

    private static bool IsWhole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;

    private bool TryGet(string key, out JsonNode? node)
    {
        _known.Add(key);
        return map.TryGetPropertyValue(key, out node) && node is not null;
    }

    private JsonObject? MapAt(string key)
    {
        if (!TryGet(key, out var node))
        {
            return null;
        }

        if (node is JsonObject below && below.Count <= MostItems)
        {
            return below;
        }

        Fail(key, Texts.Of($"it is no map of up to {MostItems} keys and values"));
        return null;
    }

    private List<(ImmutableArray<string> At, JsonNode? Node)> Items(string key)
    {
        if (!TryGet(key, out var node))
        {
            return [];
        }

        if (node is JsonArray list && list.Count <= MostItems)
        {
            return [.. list.Index().Select(i => ((ImmutableArray<string>)[.. path, key, Texts.Of($"[{i.Index}]")], i.Item))];
        }

        Fail(key, Texts.Of($"it is no list of up to {MostItems} items"));
        return [];
    }

    private string? Scalar(JsonNode? node, ImmutableArray<string> at)
    {
        if (node is JsonValue value)
        {
            var text = value.ToString();
            return values is null ? text : values.Replace(text, why => faults.Add(at, why));
        }

        faults.Add(at, "it is no text or number");
        return null;
    }
}
