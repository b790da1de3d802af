using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;
using Foreman.Runner.Orientation;

namespace Foreman.Runner.Gates;

/// <summary>What a gate found.</summary>
/// <param name="Plan">What it ran.</param>
/// <param name="Checks">In the order in which they ran.</param>
internal sealed record GateReport(GatePlan Plan, ImmutableArray<GateCheckResult> Checks)
{
    private const int MaxCommand = 300;

    /// <summary>A gate that could not be run at all.</summary>
    /// <param name="plan">What it would have run.</param>
    /// <param name="why">Why, and what to do.</param>
    public static GateReport NotRun(GatePlan plan, string why) => new(plan, plan.Nothing is not null ? [] : [GateJudge.Error(plan.Checks[0].Name, why)]);

    /// <summary>A change that can't be looked at, since it is none that can be committed.</summary>
    /// <param name="why">Why, and what to do.</param>
    public static GateReport Refused(string why) =>
        new(GatePlanner.Plan(RepositoryTree.Empty, null), [new GateCheckResult { Check = Gates.Checks.Changed, Outcome = Verdict.GateFail, Excerpt = GateJudge.Excerpt("", why) }]);

    /// <summary>GATE-FAIL when a check fails that is no advisory, else GATE-ERROR when one can't be run or none was, else GATE-PASS.</summary>
    public Verdict Verdict => Failed.Any() ? Verdict.GateFail
        : Plan.Nothing is not null || Checks.Any(c => c.Outcome == Verdict.GateError) ? Verdict.GateError
        : Verdict.GatePass;

    /// <summary>The checks that fail the gate.</summary>
    public IEnumerable<GateCheckResult> Failed => Checks.Where(c => c.Outcome == Verdict.GateFail && c.Advisory != true);

    /// <summary>What does not fail the gate and is told to whoever reviews the change.</summary>
    public IEnumerable<GateCheckResult> Advisories => Checks.Where(c => c.Advisory == true);

    /// <summary>One sentence for people.</summary>
    public string Summary => Verdict switch
    {
        _ when Plan.Nothing is { } nothing && !Failed.Any() => nothing,
        var v when v == Verdict.GatePass => $"{Names(Checks.Where(c => c.Outcome == Verdict.GatePass))} passed ({Plan.Language})",
        var v when v == Verdict.GateFail => $"{Names(Failed)} failed ({Plan.Language}): {LastLine(Failed.First())}",
        _ => Checks.First(c => c.Outcome == Verdict.GateError) is var error ? $"{error.Check} could not be run ({Plan.Language}): {LastLine(error)}" : "",
    };

    /// <summary>The report without keys and tokens: besides what checks print, names of files may hold them.</summary>
    /// <param name="redaction">What is looked for.</param>
    public GateReport Shown(Redaction redaction) =>
        this with { Checks = [.. Checks.Select(check => check.Excerpt is { } text ? check with { Excerpt = GateJudge.Excerpt(redaction.Text(text), null) } : check)] };

    /// <summary>What the model is told of failing checks.</summary>
    /// <param name="round">Which time it is told, from 1.</param>
    /// <param name="rounds">How often it may try.</param>
    public string ForModel(int round, int rounds)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"The result is not accepted: checks of the repository fail (fix {round} of {rounds}). Correct the cause in the files and call submit_result again.");
        foreach (var check in Failed)
        {
            var command = Plan.Checks.FirstOrDefault(c => c.Name == check.Check)?.Command;
            _ = text.Append(CultureInfo.InvariantCulture, $"\n\nCheck `{check.Check}` fails{(command is null || command.Contains('\n', StringComparison.Ordinal) ? "" : $" (`{Printable.Line(command, MaxCommand)}`)")}. The end of its output:\n")
                .Append(DataBlock.Of(check.Excerpt ?? "(it wrote nothing)"));
        }

        return text.ToString();
    }

    private static string Names(IEnumerable<GateCheckResult> checks) => string.Join(", ", checks.Select(c => c.Check));

    private static string LastLine(GateCheckResult check) =>
        (check.Excerpt ?? "it wrote nothing").Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., var last] lines
            ? lines.Length > 1 && last.StartsWith("[exit code ", StringComparison.Ordinal) ? lines[^2] : last
            : "it wrote nothing";
}
