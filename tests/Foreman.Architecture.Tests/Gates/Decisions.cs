using System.Text.RegularExpressions;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>Decision records are short, numbered and alone with their number.</summary>
internal static partial class Decisions
{
    public const int Lines = 30;

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        var records = files.Where(f => f.Path.StartsWith("docs/decisions/", StringComparison.Ordinal) && f.Name != "README.md").ToList();
        var unnamed = records.Where(r => !Name().IsMatch(r.Name)).Select(r => $"{r.Path}: name it NNNN-what-was-decided.md");
        var tooLong = records.Where(r => r.Lines.Count > Lines).Select(r => $"{r.Path}: {r.Lines.Count} lines (at most {Lines})");
        var twice = records.GroupBy(r => r.Name[..Math.Min(4, r.Name.Length)]).Where(g => g.Count() > 1)
            .Select(g => $"number {g.Key} is taken by {string.Join(" and ", g.Select(r => r.Name))}");
        return unnamed.Concat(tooLong).Concat(twice);
    }

    [GeneratedRegex(@"^\d{4}-[a-z0-9-]+\.md$")]
    private static partial Regex Name();
}
