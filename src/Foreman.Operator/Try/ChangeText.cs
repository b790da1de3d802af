using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Operator.Try;

/// <summary>What a task made of a clone: its checks, its branch, its diff. Pure.</summary>
internal static class ChangeText
{
    private const int MaxDiffLines = 200;
    private const int MaxExcerptLines = 12;

    /// <summary>The lines; none when the task worked on no clone.</summary>
    public static IEnumerable<string> Lines(TryResult result)
    {
        if (result.Repo is not { } repo)
        {
            yield break;
        }

        foreach (var line in Checks(result.Task).Concat(Diff(result.Task)))
        {
            yield return line;
        }

        yield return "";
        if (result.Task.Status is { Branch: not null, Gate: null or { Count: 0 } })
        {
            yield return "Nothing in it was checked, since nothing in the clone tells how: spec.gateProfile.commands of a task can say it.";
        }

        yield return result.Task.Status is { Branch: { } branch, CommitSHA: { } sha }
            ? $"The branch {Printable.Line(branch)} of {repo} is at {Printable.Line(sha[..Math.Min(10, sha.Length)])}. To see it again: git -C {repo} show {Printable.Line(branch)}"
            : $"No branch was made in {repo}.";
    }

    /// <summary>Each check, and the end of what the failed ones said.</summary>
    public static IEnumerable<string> Checks(AgenticTask task)
    {
        foreach (var check in task.Status.Gate ?? [])
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  {check.Check,-8} {check.Outcome}{(check.Advisory == true ? " (for whoever reviews it)" : "")}, {check.Seconds} s");
            foreach (var line in check.Outcome == Verdict.GateFail || check.Outcome == Verdict.GateError ? Last(check.Excerpt) : [])
            {
                yield return $"    | {line}";
            }
        }
    }

    /// <summary>An empty line and the diff as the result has it, within bounds; nothing when it has none.</summary>
    public static IEnumerable<string> Diff(AgenticTask task)
    {
        var diff = (task.Status.Result?["extra"] as JsonObject)?["diff"] as JsonObject;
        if (ResultFields.NonEmpty(diff?["text"]) is not { } text)
        {
            yield break;
        }

        yield return "";
        var lines = text.TrimEnd('\n').Split('\n');
        foreach (var line in lines.Take(MaxDiffLines))
        {
            yield return Printable.Line(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal), 400);
        }

        if (lines.Length > MaxDiffLines || (diff!["truncated"] as JsonValue)?.TryGetValue<bool>(out var cut) == true && cut)
        {
            yield return "… and more";
        }
    }

    private static IEnumerable<string> Last(string? excerpt) => (excerpt ?? "").Split('\n').TakeLast(MaxExcerptLines).Select(l => TryFormat.OneLine(l, 200));
}
