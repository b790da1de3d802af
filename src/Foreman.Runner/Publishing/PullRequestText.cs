using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Publishing;

/// <summary>What a pull request says: what was done, which issue that ends, and how it was checked. The same run always says the same. Pure.</summary>
internal static class PullRequestText
{
    /// <summary>Makes the text, in Markdown.</summary>
    /// <param name="task">Whose work it is.</param>
    /// <param name="result">What the model submitted.</param>
    /// <param name="gate">What the last gate of the run found; null when none ran.</param>
    /// <param name="repository">The repository of the task's issue; null where it is not known.</param>
    public static string Of(AgenticTask task, ResultEnvelope result, GateReport? gate, RepositoryAddress? repository)
    {
        var told = Told(result);
        List<string> parts = [told];
        if (task.Spec.Payload.Issue is { } number && !CommitText.Closes(told, number))
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"Fixes #{number}"));
        }

        parts.Add(Checked(task.Spec.Kind, gate));
        parts.Add(MadeBy(task));

        // Checks repeat what the change printed.
        return ClosingWords.Quoted(string.Join("\n\n", parts.Where(p => p.Length > 0)), task.Spec.Payload.Issue, repository);
    }

    /// <summary>True when nobody has checked the change: a draft says so.</summary>
    /// <param name="kind">A review approves of what a gate before it has checked.</param>
    /// <param name="gate">What the last gate of the run found; null when none ran.</param>
    public static bool IsDraft(TaskKind kind, GateReport? gate) => kind != TaskKind.Review && gate?.Verdict != Verdict.GatePass;

    /// <summary>Whose work it is.</summary>
    public static string MadeBy(AgenticTask task) => $"Made by the task `{task.Metadata.NamespaceProperty}/{task.Metadata.Name}` of Foreman.";

    /// <summary>How the change was checked.</summary>
    /// <param name="kind">A review approves of what a gate before it has checked.</param>
    /// <param name="gate">What the last gate of the run found; null when none ran.</param>
    public static string Checked(TaskKind kind, GateReport? gate) =>
        gate is null ? kind == TaskKind.Review ? "Reviewed; no checks were run by this task." : "**Not verified**: no checks were run."
        : gate.Verdict == Verdict.GatePass ? $"Checked: {gate.Summary}."
        : $"**Not verified**: {Printable.Line(gate.Summary)}.";

    // A text that was written for the pull request, else the body of the commit's message, else the summary.
    private static string Told(ResultEnvelope result) =>
        Text((result.Extra?["modelExtra"] as JsonObject)?["prBody"]) is { Length: > 0 } written ? written
        : Body(Text(result.Extra?["commitMessage"])) is { Length: > 0 } body ? body
        : Printable.Text(result.Summary).Trim();

    private static string Text(JsonNode? node) => Printable.Text((ResultFields.Text(node) ?? "").ReplaceLineEndings("\n")).Trim();

    private static string Body(string message) => message.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end ? message[end..].Trim() : "";
}
