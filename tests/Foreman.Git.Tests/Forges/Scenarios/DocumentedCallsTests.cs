using System.Text.RegularExpressions;
using Foreman.Git.Forges;
using Foreman.Testing;

namespace Foreman.Git.Tests.Forges.Scenarios;

/// <summary>The reference lists what the client calls and reads, and nothing else.</summary>
public partial class DocumentedCallsTests
{
    // Whoever describes a field in further words adds them here.
    private static readonly string[] Prose = ["all", "and", "as", "at", "by", "diff", "first", "issues", "its", "list", "media", "none", "of", "once", "same", "text", "the", "type"];
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public void Every_call_is_listed_with_its_page()
    {
        var listed = Rows(Reference()).Select(cells => (Call: cells[1].Trim().Trim('`'), Page: cells[3].Trim())).Where(r => Methods.Contains(r.Call.Split(' ')[0])).ToList();
        var known = new List<(string Call, string Page)>();
        foreach (var kind in Enum.GetValues<ForgeKind>())
        {
            using var harness = new ForgeHarness(kind);
            known.AddRange(harness.Server.Routes.Select(r => ($"{r.Method} {r.Template}", r.Documentation)));
        }

        Assert.Equal(known.Order(), listed.Order());
    }

    [Theory]
    [InlineData("GitHub")]
    [InlineData("Gitea")]
    [InlineData("GitLab")]
    public void Every_field_that_is_read_is_listed_and_answered_by_the_forge_of_the_tests(string forge)
    {
        var listed = FieldsOf(forge);
        string[] shared = ["", "Http", .. forge == "Gitea" ? ["GitHub"] : Array.Empty<string>()];
        var server = Literals().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Foreman.Testing", "Forges", $"{forge}Server.cs"))).Select(m => m.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(listed);
        Assert.Empty(ReadIn(forge).Except(listed));
        Assert.Empty(listed.Except(ReadIn([forge, .. shared])).Except(Prose));

        // What the client reads of an error, each forge answers from one place.
        Assert.Empty(listed.Except(FieldsOf(forge, isError: true)).Except(server).Except(Prose));
    }

    [Fact]
    public void What_all_forges_share_reads_listed_fields_only()
    {
        var listed = new[] { "GitHub", "Gitea", "GitLab" }.SelectMany(f => FieldsOf(f)).ToHashSet();

        Assert.Contains("error_description", listed);
        Assert.Empty(ReadIn("", "Http").Except(listed));
    }

    private static string Reference() => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "reference", "forges.md"));

    private static IEnumerable<string[]> Rows(string section) => section.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|')).Where(c => c.Length == 5);

    private static HashSet<string> FieldsOf(string forge, bool isError = false)
    {
        var section = Reference().Split("\n### ").Single(s => s.StartsWith(forge, StringComparison.Ordinal));
        return Rows(section)
            .Where(c => c[1].Trim() == "an error" || (!isError && Methods.Any(m => c[1].StartsWith($" `{m} ", StringComparison.Ordinal))))
            .SelectMany(c => Words().Matches(c[2]).Select(m => m.Value)).ToHashSet();
    }

    // Fields stand in the arguments of the methods that read them, or alone in a text that is handed on to one.
    private static HashSet<string> ReadIn(params string[] folders)
    {
        var sources = folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src", "Foreman.Git", "Forges", f), "*.cs")).Select(File.ReadAllText).ToList();
        var read = sources.SelectMany(s => Reads().Matches(s)).SelectMany(m => Literals().Matches(m.Groups[1].Value)).Select(m => m.Groups[1].Value).ToHashSet();
        if (folders.Length > 1 && folders[0].Length > 0)
        {
            read.UnionWith(sources.SelectMany(s => Literals().Matches(s)).Select(m => m.Groups[1].Value));
        }

        return read;
    }

    [GeneratedRegex(@"\b(?:\w*At|Required\w+|Has|GetProperty|TryGetProperty|Add)\(([^()]*)\)")]
    private static partial Regex Reads();

    [GeneratedRegex("\"([a-zA-Z_]+)\"")]
    private static partial Regex Literals();

    [GeneratedRegex("[A-Za-z_]+")]
    private static partial Regex Words();
}
