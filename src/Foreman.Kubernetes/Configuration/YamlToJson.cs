using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Foreman.Kubernetes;

/// <summary>Turns YAML, as manifests and kubeconfigs are written, into JSON by the rules of YAML's core schema.</summary>
public static class YamlToJson
{
    /// <summary>The one document of a text.</summary>
    /// <param name="yaml">The text.</param>
    /// <exception cref="YamlException">The text is not YAML, or not one document that is a mapping.</exception>
    public static JsonObject Convert(string yaml) => YamlBounds.Load(yaml).Documents is [{ RootNode: YamlMappingNode root }]
        ? Map(root)
        : throw new YamlException("expected one document that is a mapping");

    /// <summary>Every document of a text, empty ones left out.</summary>
    /// <param name="yaml">The text.</param>
    /// <exception cref="YamlException">The text is not YAML, or a document is not a mapping.</exception>
    public static IReadOnlyList<JsonObject> ConvertAll(string yaml) =>
    [
        .. YamlBounds.Load(yaml).Documents
            .Where(d => d.RootNode is not YamlScalarNode { Value: null or "" })
            .Select(d => d.RootNode is YamlMappingNode map ? Map(map) : throw new YamlException(d.RootNode.Start, d.RootNode.End, "a document is not a mapping")),
    ];

    /// <summary>The one document of a text, whatever it is: a mapping, a list or one value.</summary>
    /// <param name="yaml">The text.</param>
    /// <returns>Null for a text without a value.</returns>
    /// <exception cref="YamlException">The text is not YAML, or several documents.</exception>
    public static JsonNode? ConvertValue(string yaml) => YamlBounds.Load(yaml).Documents switch
    {
        [] => null,
        [var one] => Convert(one.RootNode),
        _ => throw new YamlException("expected one document"),
    };

    /// <summary>Lines of values in the one document of a text, from 1: each that of the deepest step of its path that is there.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="paths">Keys of mappings, and <c>[0]</c> and so on for the items of lists.</param>
    /// <exception cref="YamlException">The text is not YAML, or not one document.</exception>
    public static IReadOnlyList<long> LinesOf(string yaml, IEnumerable<IEnumerable<string>> paths)
    {
        var root = YamlBounds.Load(yaml).Documents is [var document] ? document.RootNode : throw new YamlException("expected one document");
        return [.. paths.Select(path => LineOf(root, path))];
    }

    internal static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => Map(map),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
        _ => null,
    };

    private static long LineOf(YamlNode node, IEnumerable<string> path)
    {
        long line = node.Start.Line;
        foreach (var step in path)
        {
            if (Below(node, step) is not { } below)
            {
                break;
            }

            (node, line) = below;
        }

        return line;
    }

    private static (YamlNode Node, long Line)? Below(YamlNode node, string step)
    {
        if (node is YamlSequenceNode list)
        {
            return step is ['[', .. var digits, ']'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Children.Count
                ? (list.Children[index], list.Children[index].Start.Line)
                : null;
        }

        if (node is YamlMappingNode map)
        {
            foreach (var (key, value) in map.Children)
            {
                if (key is YamlScalarNode scalar && scalar.Value == step)
                {
                    return (value, key.Start.Line);
                }
            }
        }

        return null;
    }

    private static JsonObject Map(YamlMappingNode map)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map.Children)
        {
            var name = key is YamlScalarNode scalar ? scalar.Value ?? "" : throw new YamlException(key.Start, key.End, "a key is no text");
            if (!result.TryAdd(name, Convert(value)))
            {
                throw new YamlException(key.Start, key.End, $"the key {name} stands there twice");
            }
        }

        return result;
    }

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
