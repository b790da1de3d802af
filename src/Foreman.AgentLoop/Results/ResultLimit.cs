using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Results;

/// <summary>
/// Keeps a result within what a task's status takes, whatever a model, a tool or an exception put into it: 64 KiB as JSON
/// with every escape counted, <c>extra</c> nested at most 32 deep, a summary of one line, valid text and finite numbers
/// only. Every result passes here before it is stored or sent. Pure; it throws nothing.
/// </summary>
public static partial class ResultLimit
{
    /// <summary>Name of the list in <c>extra</c> that says what was left out.</summary>
    public const string LeftOut = "leftOut";

    private static readonly string TooDeep = $"left out: nested deeper than {ResultEnvelope.MaxExtraDepth} levels; the transcript has it";
    private const int MaxNameLength = 256;
    private const int MaxNumberLength = 64;

    // What the list of names that were left out may take: ten lines, each name at most 40 characters, six bytes each.
    private const int RoomForLeftOut = 4096;
    private const int MostNamed = 10;
    private const int NamedLength = 40;

    // Reading its own JSON must not fail by depth: the depth is what is bounded here.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>The envelope as JSON of at most <see cref="ResultEnvelope.MaxBytes"/>.</summary>
    public static JsonObject Fit(ResultEnvelope envelope) =>
        JsonSerializer.SerializeToNode(Bound(envelope), ApiJson.Default.ResultEnvelope)!.AsObject();

    /// <summary>The envelope within all bounds: the largest parts of <c>extra</c> are left out and named.</summary>
    public static ResultEnvelope Bound(ResultEnvelope envelope)
    {
        var bounded = envelope with
        {
            SchemaVersion = Line(envelope.SchemaVersion, 64),
            Kind = Line(envelope.Kind, 64),
            Summary = Line(envelope.Summary, ResultEnvelope.MaxSummaryBytes),
            Extra = envelope.Extra is { } extra ? Copy(extra) : null,
            ElapsedSec = double.IsFinite(envelope.ElapsedSec) ? Math.Max(0, envelope.ElapsedSec) : 0,
        };
        return bounded.Extra is null ? bounded : bounded with { Extra = Fit(bounded, bounded.Extra) };
    }

    /// <summary>
    /// Text of people, models or exceptions as one line of valid text: line ends and tabs become spaces, control characters
    /// and changes of the writing direction are escaped, halves of surrogate pairs become U+FFFD.
    /// </summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="maxBytes">Most bytes in UTF-8, from 4; an ellipsis stands for what is cut.</param>
    public static string Line(string text, int maxBytes)
    {
        // Twice the bound is enough to tell that it is exceeded, and a megabyte of text is not worth copying for that.
        var line = new StringBuilder();
        var trimmed = text.AsSpan().Trim();
        foreach (var rune in trimmed[..Math.Min(trimmed.Length, 2 * maxBytes)].EnumerateRunes())
        {
            _ = rune.Value is '\n' or '\r' or '\t' ? line.Append(' ')
                : SteeringCharacters.Contains(rune) ? line.Append($"\\u{rune.Value:x4}")
                : line.Append(rune.ToString());
        }

        var whole = line.ToString();
        return Encoding.UTF8.GetByteCount(whole) <= maxBytes ? whole : Printable.CutToBytes(whole, maxBytes - "…"u8.Length) + "…";
    }

    /// <summary>A model's JSON within the bounds of depth and text; one that can't be read is a text that says so.</summary>
    /// <param name="element">From a model.</param>
    /// <param name="levels">Levels of objects and lists that it may have, itself counted.</param>
    internal static JsonNode? Copy(JsonElement element, int levels)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when levels > 0:
                var copied = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    copied[Line(NameOf(property), MaxNameLength)] = Copy(property.Value, levels - 1);
                }

                return copied;
            case JsonValueKind.Array when levels > 0:
                return new JsonArray([.. element.EnumerateArray().Select(item => Copy(item, levels - 1))]);
            case JsonValueKind.Object or JsonValueKind.Array:
                return TooDeep;
            case JsonValueKind.String:
                return Printable.Text(TextOf(element));
            case JsonValueKind.Number:
                return Number(element);
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            default:
                return null;
        }
    }

    private static JsonObject Copy(JsonObject extra)
    {
        try
        {
            return Copy(JsonElement.Parse(extra.ToJsonString(), Deep), ResultEnvelope.MaxExtraDepth)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            return CopyEach(extra);
        }
    }

    // Something in it can't be written: what can be is kept.
    private static JsonObject CopyEach(JsonObject extra)
    {
        var copied = new JsonObject();
        try
        {
            foreach (var (name, value) in extra)
            {
                copied[Line(name, MaxNameLength)] = CopyOrSay(value);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            copied[LeftOut] = new JsonArray($"what could not be read: {Line(e.Message, 200)}");
        }

        return copied;
    }

    private static JsonNode? CopyOrSay(JsonNode? value)
    {
        try
        {
            return value is JsonValue single && single.TryGetValue<string>(out var text) ? Printable.Text(Printable.Valid(text))
                : value is null ? null
                : Copy(JsonElement.Parse(value.ToJsonString(), Deep), ResultEnvelope.MaxExtraDepth - 1);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            return "left out: it is no valid JSON";
        }
    }

    private static JsonObject Fit(ResultEnvelope envelope, JsonObject extra)
    {
        var size = SizeOf(JsonSerializer.SerializeToNode(envelope, ApiJson.Default.ResultEnvelope));
        if (size <= ResultEnvelope.MaxBytes)
        {
            return extra;
        }

        var names = new List<string>();
        foreach (var (name, bytes) in extra.Select(p => (p.Key, SizeOf(p.Value) + SizeOf(p.Key) + 2)).OrderByDescending(p => p.Item2).ToList())
        {
            if (size <= ResultEnvelope.MaxBytes - RoomForLeftOut)
            {
                break;
            }

            extra.Remove(name);
            names.Add(name);
            size -= bytes;
        }

        extra[LeftOut] = new JsonArray([.. Describe(names)]);
        return extra;
    }

    private static IEnumerable<JsonNode> Describe(List<string> names)
    {
        foreach (var name in names.Take(MostNamed))
        {
            yield return $"{Line(name, NamedLength)}: the result would exceed {ResultEnvelope.MaxBytes / 1024} KiB; the transcript has it";
        }

        if (names.Count > MostNamed)
        {
            yield return $"and {names.Count - MostNamed} more";
        }
    }

    // Written with every escape, which is the longest form that any server stores.
    private static int SizeOf(JsonNode? node) => node is null ? 4 : Encoding.UTF8.GetByteCount(node.ToJsonString());

    private static JsonNode Number(JsonElement element)
    {
        // The API server reads numbers as 64-bit integers or doubles and refuses those that are neither.
        var raw = element.GetRawText();
        return raw.Length <= MaxNumberLength && element.TryGetDouble(out var number) && double.IsFinite(number)
            ? JsonValue.Create(element.Clone())!
            : Line(raw, MaxNumberLength);
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static string TextOf(JsonElement element)
    {
        try
        {
            return Printable.Valid(element.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return Repaired(element);
        }
    }

    private static string Repaired(JsonElement element)
    {
        try
        {
            return JsonElement.Parse(SurrogateEscape().Replace(element.GetRawText(), "\\ufffd")).GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    [GeneratedRegex(@"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")]
    private static partial Regex SurrogateEscape();
}
