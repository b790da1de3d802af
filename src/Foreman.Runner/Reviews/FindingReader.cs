using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.AgentLoop.Results;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Runner.Reviews;

/// <summary>Reads findings out of what a model submitted, whatever form it gave them. What can't be read is a finding of prose, never lost. Pure.</summary>
internal static partial class FindingReader
{
    /// <summary>Findings that are kept of one review.</summary>
    public const int MaxFindings = 50;

    /// <summary>Bytes of a message.</summary>
    public const int MaxMessageBytes = 1000;

    private const int MaxPathBytes = 400;
    private const int MaxWordBytes = 40;
    private static readonly string[] Messages = ["message", "description", "detail", "comment", "text", "title", "issue"];
    private static readonly string[] Files = ["file", "path", "filename"];
    private static readonly string[] Lines = ["line", "line_number", "start_line"];

    // Only words that mean nothing else: "medium" may be either.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["critical"] = Finding.Blocker,
        ["crit"] = Finding.Blocker,
        ["fatal"] = Finding.Blocker,
        ["severe"] = Finding.Blocker,
        ["blocking"] = Finding.Blocker,
        ["high"] = Finding.Major,
        ["error"] = Finding.Major,
        ["warning"] = Finding.Minor,
        ["warn"] = Finding.Minor,
        ["low"] = Finding.Minor,
        ["info"] = Finding.Minor,
        ["nit"] = Finding.Minor,
        ["trivial"] = Finding.Minor,
    };

    /// <summary>The findings, in the order in which the model gave them.</summary>
    /// <param name="value">The value of <c>findings</c>; null when there is none.</param>
    /// <param name="unsaid">How bad a finding is whose severity was not said, or not in a word that means one thing.</param>
    /// <param name="leftOut">How many are beyond the bound.</param>
    public static ImmutableArray<Finding> Read(JsonNode? value, string unsaid, out int leftOut)
    {
        var all = (Opened(value) switch
        {
            JsonArray list => list.Select(v => Of(v, unsaid)),
            JsonObject single when single["findings"] is JsonArray inner => inner.Select(v => Of(v, unsaid)),
            null => [],
            var other => [Of(other, unsaid)],
        }).OfType<Finding>().ToList();
        leftOut = Math.Max(0, all.Count - MaxFindings);
        return [.. all.Take(MaxFindings)];
    }

    /// <summary>A finding of prose, with the place that the prose names.</summary>
    /// <param name="severity">How bad it is.</param>
    /// <param name="text">As the model wrote it; null is returned for an empty one.</param>
    public static Finding? OfProse(string severity, string text) =>
        ResultLimit.Line(text, MaxMessageBytes) is { Length: > 0 } message ? Placed(new Finding(severity, message)) : null;

    // Models write a list into a text, too.
    private static JsonNode? Opened(JsonNode? value) =>
        ResultFields.Text(value)?.Trim() is { Length: > 0 } text && text[0] is '[' or '{' && ForeignJson.ParseOrNull(text) is { } given ? NodeOf(given) : value;

    // Made at once, so that a name that stands twice is no error when it is looked up.
    private static JsonNode? NodeOf(JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Array)
        {
            return new JsonArray([.. given.EnumerateArray().Select(NodeOf)]);
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return JsonValue.Create(given);
        }

        var node = new JsonObject();
        foreach (var property in given.EnumerateObject())
        {
            node[property.Name] = NodeOf(property.Value);
        }

        return node;
    }

    private static Finding? Of(JsonNode? value, string unsaid)
    {
        if (value is not JsonObject given)
        {
            return value is null ? null : OfProse(unsaid, ResultFields.Text(value) ?? value.ToJsonString());
        }

        var message = Messages.Select(name => ResultFields.Text(given[name])).FirstOrDefault(t => !string.IsNullOrWhiteSpace(t));
        if (message is null)
        {
            return given.Count == 0 ? null : OfProse(unsaid, given.ToJsonString());
        }

        var asked = (ResultFields.Text(given["severity"]) ?? "").Trim();
        var lower = asked.ToLowerInvariant();
        var known = Finding.Severities.Contains(lower) ? lower : Synonyms.GetValueOrDefault(lower);
        return Placed(new Finding(known ?? unsaid, ResultLimit.Line(message, MaxMessageBytes))
        {
            SeverityClaimed = known is null && asked.Length > 0 ? ResultLimit.Line(asked, MaxWordBytes) : null,
            Area = Word(given["area"]),
            File = Files.Select(name => ResultFields.Text(given[name])).FirstOrDefault(t => t is { Length: > 0 }) is { } file ? ResultLimit.Line(file, MaxPathBytes) : null,
            Line = Lines.Select(name => LineOf(given[name])).FirstOrDefault(line => line is not null),
            Suggestion = ResultFields.Text(given["suggestion"]) is { Length: > 0 } suggestion ? ResultLimit.Line(suggestion, MaxMessageBytes) : null,
        });
    }

    // Small models write the place into the path, or into the words.
    private static Finding Placed(Finding finding)
    {
        if (finding.File is { } file)
        {
            return finding.Line is null && PathAndLine().Match(file) is { Success: true } both
                ? finding with { File = both.Groups["file"].Value, Line = Number(both.Groups["line"].Value) }
                : finding;
        }

        var place = PlaceInWords().Match(finding.Message);
        if (!place.Success)
        {
            place = FileBeforeLine().Match(finding.Message);
        }

        if (!place.Success)
        {
            place = LineBeforeFile().Match(finding.Message);
        }

        return place.Success ? finding with { File = place.Groups["file"].Value, Line = finding.Line ?? Number(place.Groups["line"].Value) } : finding;
    }

    private static string? Word(JsonNode? node) => ResultFields.Text(node)?.Trim() is { Length: > 0 } word ? ResultLimit.Line(word, MaxWordBytes) : null;

    private static long? LineOf(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number => Number(node.ToJsonString()),
        JsonValueKind.String => Number(FirstNumber().Match(node.GetValue<string>()).Value),
        _ => null,
    };

    private static long? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= int.MaxValue ? (long)number : null;

    [GeneratedRegex(@"^(?<file>.+?)[:#]L?(?<line>\d{1,7})(\D.*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PathAndLine();

    [GeneratedRegex(@"(?<file>[\w./-]*\w\.\w+)[:#]L?(?<line>\d{1,7})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PlaceInWords();

    [GeneratedRegex(@"(?<file>[\w./-]*\w\.[a-zA-Z]\w*)[`'""]?,? \(?(at |on |in )?lines? (?<line>\d{1,7})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FileBeforeLine();

    [GeneratedRegex(@"[lL]ines? (?<line>\d{1,7}) (of|in) [`'""]?(?<file>[\w./-]*\w\.[a-zA-Z]\w*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LineBeforeFile();

    [GeneratedRegex(@"\d{1,7}", RegexOptions.NonBacktracking)]
    private static partial Regex FirstNumber();
}
