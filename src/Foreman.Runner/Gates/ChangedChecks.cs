using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Runner.Gates;

/// <summary>
/// What a change does to the checks that judge it: a check that it takes away fails the gate, the rest is told to whoever reviews it. Pure.
/// </summary>
internal static class ChangedChecks
{
    private const int MaxNamed = 5;

    // Files that decide what a check does; those that mostly change for other reasons are compared by what they declare.
    private static readonly string[] Deciding =
    [
        "Makefile", "conftest.py", "pytest.ini", "tox.ini", "setup.cfg", "ruff.toml", ".ruff.toml", ".flake8", ".eslintrc", "eslint.config.", "jest.config.", "vitest.config.", ".prettierrc", ".prettierignore",
        "clippy.toml", ".clippy.toml", "rustfmt.toml", ".rustfmt.toml", ".golangci.", ".editorconfig", "Directory.Build.", ".runsettings",
    ];

    /// <summary>The result; null when the change leaves the checks as they are.</summary>
    /// <param name="before">What the base's gate runs.</param>
    /// <param name="same">What the gate of that project runs now; null when the project is gone.</param>
    /// <param name="now">What the gate runs.</param>
    /// <param name="changes">The change.</param>
    public static GateCheckResult? Of(GatePlan before, GatePlan? same, GatePlan now, IReadOnlyList<ChangedFile> changes)
    {
        var left = same ?? now;
        string[] lost = [.. before.Checks.Select(c => c.Name).Except(left.Checks.Select(c => c.Name), StringComparer.Ordinal)];
        if (lost.Where(n => n is Checks.Build or Checks.Test).ToList() is [_, ..] needed)
        {
            var why = $"the change takes away what the check {string.Join(" and the check ", needed)} runs ({Named([.. changes.Where(c => c.IsGone || RepositoryTree.Declares(c.Path)).Select(c => c.Path)])}): "
                + "put it back, or, where the task is to take it away, set its command in spec.gateProfile.commands to an empty text";
            return new GateCheckResult { Check = Checks.Changed, Outcome = Verdict.GateFail, Excerpt = GateJudge.Excerpt("", why) };
        }

        var edited = before.Checks.Join(left.Checks, c => c.Name, c => c.Name, (b, n) => (Before: b, Now: n)).Where(p => p.Before.Declared != p.Now.Declared);
        string[] gone = [.. changes.Where(c => c.IsGone && now.Tests.IsTest(c.Path)).Select(c => c.Path)];
        string[] deciding = [.. changes.Where(c => Deciding.Any(d => RepositoryTree.NameOf(c.Path).StartsWith(d, StringComparison.Ordinal) || c.Path.EndsWith(".runsettings", StringComparison.Ordinal))).Select(c => c.Path)];
        string[] notes =
        [
            .. same is null ? [$"the change takes away the project of {Printable.Line(before.Project?.Root ?? "", 200)}, which was checked"] : Array.Empty<string>(),
            .. lost.Length > 0 ? [$"the change takes away the check {string.Join(", ", lost)}"] : Array.Empty<string>(),
            .. edited.Select(p => $"the change edits what the check {p.Now.Name} runs: it was `{Printable.Line(p.Before.Declared, 200)}` and is `{Printable.Line(p.Now.Declared, 200)}`"),
            .. gone.Length > 0 ? [string.Create(CultureInfo.InvariantCulture, $"the change deletes {gone.Length} files of tests and adds {changes.Count(c => c.IsNew && now.Tests.IsTest(c.Path))}: {Named(gone)}")] : Array.Empty<string>(),
            .. deciding.Length > 0 ? [$"the change edits files that decide how it is checked: {Named(deciding)}"] : Array.Empty<string>(),
            .. now.NotReached.Length > 0 ? [$"the checks do not reach files that the change touches: {Named(now.NotReached)}"] : Array.Empty<string>(),
        ];
        return notes.Length == 0 ? null
            : new GateCheckResult { Check = Checks.Changed, Outcome = Verdict.GateFail, Advisory = true, Excerpt = GateJudge.Excerpt(string.Join('\n', notes), null) };
    }

    private static string Named(IReadOnlyCollection<string> paths) =>
        string.Join(", ", paths.Order(StringComparer.Ordinal).Take(MaxNamed).Select(p => Printable.Line(p, 200))) + (paths.Count > MaxNamed ? ", …" : "");
}
