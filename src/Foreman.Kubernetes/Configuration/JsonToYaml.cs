using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Foreman.Kubernetes;

/// <summary>Writes JSON as YAML, as people write manifests; <see cref="YamlToJson"/> reads the same values again.</summary>
public static class JsonToYaml
{
    // YAML 1.1, which other readers speak, takes these for truth values.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "y", "n", "yes", "no", "on", "off", "true", "false", "null");

    /// <summary>One document, with a line end.</summary>
    /// <param name="value">The value; null is written as <c>null</c>.</param>
    public static string Convert(JsonNode? value)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings().WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, value);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter emitter, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, item) in map)
                {
                    emitter.Emit(Text(key));
                    Write(emitter, item);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Write(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue one when one.GetValueKind() == JsonValueKind.String:
                emitter.Emit(Text(one.GetValue<string>()));
                break;
            default:
                emitter.Emit(Scalar(value?.ToJsonString() ?? "null", ScalarStyle.Plain));
                break;
        }
    }

    private static Scalar Text(string text) => Scalar(text, StyleOf(text));

    private static ScalarStyle StyleOf(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && !text.Any(c => char.IsControl(c) && c != '\n') ? ScalarStyle.Literal
        : IsPlain(text) ? ScalarStyle.Any
        : ScalarStyle.DoubleQuoted;

    private static bool IsPlain(string text) =>
        text.Length > 0 && !Words.Contains(text) && !text.Any(char.IsControl) && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && text is not ['.' or '-' or '+' or '~' or (>= '0' and <= '9'), ..];

    private static Scalar Scalar(string value, ScalarStyle style) =>
        new(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true);
}
