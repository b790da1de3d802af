using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>What a review found, or what keeps slices from being joined. Pure.</summary>
internal static class DispatchFindings
{
    private const int Most = 20;
    private const int MaxCharacters = 400;

    /// <summary>The findings as the result has them; null when it has none.</summary>
    public static JsonArray? Of(AgenticTask task) => (task.Status.Result?["extra"] as JsonObject)?["findings"] as JsonArray;

    /// <summary>A line for each: severity, place and message.</summary>
    public static IEnumerable<string> Lines(AgenticTask task)
    {
        var findings = (Of(task) ?? []).OfType<JsonObject>().ToArray();
        foreach (var finding in findings.Take(Most))
        {
            yield return "  " + TryFormat.OneLine($"{ResultFields.Text(finding["severity"] ?? finding["rule"])} {Place(finding)}{ResultFields.Text(finding["message"])}", MaxCharacters);
        }

        if (findings.Length > Most)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  … and {findings.Length - Most} more");
        }
    }

    private static string Place(JsonObject finding) => ResultFields.Text(finding["file"]) is not { Length: > 0 } file ? ""
        : finding["line"] is JsonValue value && value.TryGetValue<int>(out var line) ? string.Create(CultureInfo.InvariantCulture, $"{file}:{line} ")
        : $"{file} ";
}
