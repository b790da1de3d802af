using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Runner.Publishing;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Unions;

/// <summary>What the pull request of an integrate says: which work it joins, and what that shares. The same run always says the same. Pure.</summary>
internal static class UnionText
{
    private const int MaxContract = 2000;
    private const int MaxFindings = 20;
    private const int MaxName = 100;

    /// <summary>The first line of the task's prompt, else which slices are joined.</summary>
    /// <param name="payload">The task's.</param>
    /// <param name="union">What was joined.</param>
    public static string Title(TaskPayload payload, SliceUnion union)
    {
        var intent = (payload.Prompt ?? "").Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0);
        return Printable.Line(intent ?? $"Join {string.Join(", ", union.Joined)}");
    }

    /// <summary>Makes the text, in Markdown.</summary>
    /// <param name="record">The run, joined and checked.</param>
    public static string Of(RunRecord record)
    {
        var (task, union) = (record.Attempt.Task, record.Union!);
        var payload = task.Spec.Payload;
        List<string> parts =
        [
            Slices(record, union),
            "No conflicts: each was joined over those before it.",
            Contract(payload.Contract),
            Found(union),
            payload.Issue is { } number ? string.Create(CultureInfo.InvariantCulture, $"Fixes #{number}") : "",
            PullRequestText.Checked(task.Spec.Kind, record.Gate),
            PullRequestText.MadeBy(task),
        ];
        return ClosingWords.Quoted(string.Join("\n\n", parts.Where(p => p.Length > 0)), payload.Issue, record.Repository?.Address);
    }

    private static string Slices(RunRecord record, SliceUnion union)
    {
        var payload = record.Attempt.Task.Spec.Payload;
        var lines = (payload.Slices ?? []).Select(slice =>
        {
            var branch = SlicePins.BranchOf(payload, slice);
            var nothing = union.Joined.Contains(slice.Name) ? "" : ", which changes nothing";
            return $"- {Code(slice.Name)}: {Code(branch)} at {record.Pins.GetValueOrDefault(branch)}{nothing}";
        });
        return $"Joins these slices of work, in this order:\n\n{string.Join('\n', lines)}";
    }

    // A text stands as a quotation, since it may hold Markdown of its own.
    private static string Contract(string? contract) =>
        string.IsNullOrWhiteSpace(contract) ? ""
        : ContractCheck.PathOf(contract) is { } path ? $"Contract: {Code(path)}"
        : $"Contract:\n\n{string.Join('\n', Printable.Cut(Printable.Text(contract.ReplaceLineEndings("\n")).Trim(), MaxContract).Split('\n').Select(l => $"> {l}"))}";

    private static string Found(SliceUnion union)
    {
        var found = union.Findings.Where(f => f.IsAdvisory).Select(f => f.Text).ToList();
        if (found.Count == 0)
        {
            return "";
        }

        var more = found.Count > MaxFindings ? string.Create(CultureInfo.InvariantCulture, $"\n- and {found.Count - MaxFindings} more") : "";
        return $"What they share was compared, and this is not as it is said to be:\n\n{string.Join('\n', found.Take(MaxFindings).Select(f => $"- {f}"))}{more}";
    }

    private static string Code(string name) => $"`{Printable.Line(name.Replace('`', '\''), MaxName)}`";
}
