using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.Operator.DemoModel;

/// <summary>
/// What the demo model answers when it is asked to plan: a step for each sentence of the goal that it understands, one after the other, on
/// the repository where one is named.
/// </summary>
internal static partial class DemoPlan
{
    private const string Opening = "<goal>\n";
    private const string Closing = "\n</goal>";

    /// <summary>The plan for the result's <c>extra</c>; null when a prompt asks for none.</summary>
    /// <param name="prompt">What the model was asked.</param>
    internal static JsonObject? Of(string prompt)
    {
        var from = prompt.IndexOf(Opening, StringComparison.Ordinal);
        var to = prompt.IndexOf(Closing, StringComparison.Ordinal);
        if (!prompt.StartsWith("Split this goal into steps", StringComparison.Ordinal) || from < 0 || to < from || Worker().Match(prompt, to) is not { Success: true } agent)
        {
            return null;
        }

        var goal = prompt[(from + Opening.Length)..to];
        var repo = Repository().Match(prompt, to) is { Success: true } named ? named.Groups[1].Value : null;
        var sentences = goal.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(l => DemoGoal.Read(l).Count == 1).ToArray();
        return new JsonObject
        {
            ["plan"] = new JsonObject { ["steps"] = new JsonArray([.. sentences.Select((sentence, index) => (JsonNode)Step(sentence, index, agent.Groups[1].Value, repo))]) },
        };
    }

    private static JsonObject Step(string sentence, int index, string agent, string? repo)
    {
        var step = new JsonObject
        {
            ["name"] = Name(index),
            ["kind"] = TaskKind.Freeform.Value,
            ["agent"] = agent,
            ["prompt"] = sentence,
            ["dependsOn"] = index == 0 ? [] : new JsonArray(Name(index - 1)),
            ["why"] = "the goal says so",
        };
        if (repo is not null)
        {
            step["repo"] = repo;
        }

        return step;
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"step-{index + 1}");

    [GeneratedRegex(@"^- ([a-z0-9.-]+): role \w+, for .*\bfreeform\b", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Worker();

    [GeneratedRegex(@"^- repo is one of ([^,\n]+?)(?:,.*)?\.$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Repository();
}
