using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Foreman.CrdGen;

/// <summary>Builds YAML with a fixed key order and style.</summary>
internal sealed class YamlTree
{
    private readonly YamlMappingNode _map = [];

    public YamlTree Set(string key, YamlNode? value)
    {
        if (value is not null)
        {
            _map.Add(Text(key), value);
        }

        return this;
    }

    public YamlTree Set(string key, string? value) => Set(key, value is null ? null : Text(value));

    public YamlTree Set(string key, long? value) => Set(key, value is { } v ? Plain(v.ToString(CultureInfo.InvariantCulture)) : null);

    public YamlTree SetIfTrue(string key, bool value) => Set(key, value ? Plain("true") : null);

    public YamlTree SetTexts(string key, IReadOnlyCollection<string>? texts) =>
        Set(key, texts is { Count: > 0 } ? List(texts.Select(Text)) : null);

    public YamlTree Set(string key, YamlTree value) => Set(key, value.Node);

    public YamlMappingNode Node => _map;

    public static YamlSequenceNode List(IEnumerable<YamlNode> items) => new(items);

    public static YamlNode FromJson(JsonNode json) => json switch
    {
        JsonObject map => map.Aggregate(new YamlTree(), (tree, field) => tree.Set(field.Key, FromJson(field.Value!))).Node,
        JsonArray list => List(list.Select(item => FromJson(item!))),
        _ when json.GetValueKind() == JsonValueKind.String => Text(json.GetValue<string>()),
        _ => Plain(json.ToJsonString()),
    };

    public string Write()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        new YamlStream(new YamlDocument(_map)).Save(emitter, assignAnchors: false);
        var text = writer.ToString().ReplaceLineEndings("\n");
        return text.EndsWith("...\n", StringComparison.Ordinal) ? text[..^4] : text;
    }

    private static YamlScalarNode Plain(string text) => new(text) { Style = ScalarStyle.Plain };

    // Plain where YAML 1.1 and 1.2 both read it back as the same string, else quoted.
    private static YamlScalarNode Text(string text) => new(text) { Style = IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted };

    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] == '.')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || " ./-_,;()+".Contains(c))
        && !text.EndsWith(' ')
        && text.Any(char.IsAsciiLetter)
        && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "NULL" or "Y" or "N" or ".NAN" or ".INF");
}
