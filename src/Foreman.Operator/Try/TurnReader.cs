using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Digests;

namespace Foreman.Operator.Try;

/// <summary>Extracts the shown turns from the segments of a transcript.</summary>
internal static class TurnReader
{
    private const int MaxTextLength = 100;

    private static readonly string[] ShownArguments = ["verdict", "path", "pattern", "summary"];

    public static IEnumerable<TryTurn> Read(IEnumerable<RunLog> segments)
    {
        var turn = 0;
        var calls = new Dictionary<string, TryTurn>(StringComparer.Ordinal);
        var shown = new List<TryTurn>();
        foreach (var record in TranscriptText.Records(segments))
        {
            switch ((string?)record["type"])
            {
                case "answer":
                    turn++;
                    Answer(record, turn, calls, shown);
                    break;
                case "result" when (bool?)record["failed"] == true && calls.GetValueOrDefault((string?)record["callId"] ?? "") is { } call:
                    shown[shown.IndexOf(call)] = call with { Failed = true };
                    break;
                default:
                    break;
            }
        }

        return shown;
    }

    private static void Answer(JsonObject record, int turn, Dictionary<string, TryTurn> calls, List<TryTurn> shown)
    {
        var made = (record["toolCalls"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        foreach (var call in made)
        {
            var entry = new TryTurn(turn, $"{call["name"]} {Arguments((string?)call["arguments"] ?? "")}".Trim());
            calls[(string?)call["id"] ?? ""] = entry;
            shown.Add(entry);
        }

        if (made.Length == 0)
        {
            shown.Add(new TryTurn(turn, $"said: {TryFormat.OneLine((string?)record["content"] ?? "", MaxTextLength)}"));
        }
    }

    // The path is shown, or a verdict with its summary.
    private static string Arguments(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject arguments)
            {
                return "";
            }

            var words = ShownArguments
                .Select(k => arguments[k] is JsonValue v && v.TryGetValue<string>(out var text) ? text : null)
                .OfType<string>();
            return TryFormat.OneLine(string.Join(' ', words), MaxTextLength);
        }
        catch (JsonException)
        {
            return TryFormat.OneLine(json, MaxTextLength);
        }
    }
}
