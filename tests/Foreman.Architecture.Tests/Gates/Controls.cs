using System.Text.RegularExpressions;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>What the pages about security promise is held by tests: each row of their tables of controls names some, and each test that is named exists.</summary>
internal static partial class Controls
{
    private const string Table = "docs/explanation/threat-model.md";
    private const string Summary = "SECURITY.md";

    /// <summary>Rows without a test, and tests that are not there.</summary>
    public static IEnumerable<string> Violations(IReadOnlyCollection<SourceFile> files)
    {
        foreach (var page in files.Where(f => f.Path is Table or Summary))
        {
            foreach (var (index, line) in page.Lines.Index())
            {
                var named = Test().Matches(line);
                if ((page.Path == Table ? Row() : SummaryRow()).IsMatch(line) && named.Count == 0)
                {
                    yield return $"{page.Path}:{index + 1}: names no test that holds it";
                }

                foreach (Match test in named)
                {
                    if (!Exists(files, test.Groups[1].Value, test.Groups[2].Value))
                    {
                        yield return $"{page.Path}:{index + 1}: names {test.Value}, which is not there";
                    }
                }
            }
        }
    }

    private static bool Exists(IReadOnlyCollection<SourceFile> files, string type, string method) =>
        files.Any(f => f.IsTest && f.Name == type + ".cs" && f.Text.Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| S\d+ \|")]
    private static partial Regex Row();

    // The heading has no first cell.
    [GeneratedRegex(@"^\| [A-Z]")]
    private static partial Regex SummaryRow();

    [GeneratedRegex(@"\b(\w+(?:Tests|Properties))\.(\w+)\b(?!\.)")]
    private static partial Regex Test();
}
