using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Results;

/// <summary>What a task that has ended says of itself. Pure.</summary>
internal static class EndedTask
{
    /// <summary>The run's summary, or why there was none.</summary>
    public static string Summary(AgenticTask task) => ResultFields.NonEmpty(task.Status.Result?["summary"]) ?? Completed(task) ?? "";

    /// <summary>Why attempts did not end well, oldest first, one line each.</summary>
    public static IReadOnlyList<string> Causes(AgenticTask task) =>
    [
        .. task.Status.Attempts
            .Where(a => a.Outcome != AttemptOutcome.Succeeded)
            .Select(a => string.Create(
                CultureInfo.InvariantCulture,
                $"attempt {a.Attempt} on {a.Node ?? "no host"}: {a.Reason ?? a.Outcome?.Value}{(string.IsNullOrEmpty(a.Message) ? "" : $": {a.Message}")}")),
    ];

    /// <summary>The cause of the last attempt, else what the condition Completed says.</summary>
    public static string? Cause(AgenticTask task) => task.Status.Attempts is [.., { Message: { Length: > 0 } message }] ? message : Completed(task);

    /// <summary>A text of the result's extra; null when it is no text, or empty.</summary>
    public static string? Extra(AgenticTask task, string name) => ResultFields.NonEmpty((task.Status.Result?["extra"] as JsonObject)?[name]);

    /// <summary>True when the result's extra has this word, and it is true.</summary>
    public static bool Says(AgenticTask task, string name) =>
        (task.Status.Result?["extra"] as JsonObject)?[name] is JsonValue value && value.TryGetValue<bool>(out var isSo) && isSo;

    /// <summary>The texts of a list of the result's extra.</summary>
    public static IEnumerable<string> Extras(AgenticTask task, string name) =>
        ((task.Status.Result?["extra"] as JsonObject)?[name] as JsonArray ?? []).Select(ResultFields.NonEmpty).OfType<string>();

    private static string? Completed(AgenticTask task) => task.Status.Conditions?.FirstOrDefault(c => c.Type == ConditionTypes.Completed)?.Message;
}
