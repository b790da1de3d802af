using Foreman.Git.Forges;
using Foreman.Testing;

namespace Foreman.Git.Tests.Forges.Scenarios;

/// <summary>The reference lists what the client calls, and nothing else.</summary>
public class DocumentedCallsTests
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    [Fact]
    public void Every_call_is_listed_with_its_page()
    {
        var rows = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "reference", "forges.md")).Where(l => Methods.Any(m => l.StartsWith($"| `{m} ", StringComparison.Ordinal))).ToList();
        var listed = rows.Select(r => r.Split('|')).Select(cells => (Call: cells[1].Trim().Trim('`'), Page: cells[3].Trim())).ToList();
        var known = new List<(string Call, string Page)>();
        foreach (var kind in Enum.GetValues<ForgeKind>())
        {
            using var harness = new ForgeHarness(kind);
            known.AddRange(harness.Server.Routes.Select(r => ($"{r.Method} {r.Template}", r.Documentation)));
        }

        Assert.Equal(known.Order(), listed.Order());
    }
}
