namespace Foreman.Tools.Tests;

/// <summary>What is left of an edit when a part of its help is switched off.</summary>
public sealed class ToolDefencesTests
{
    private const string File = "def f():\n    return 1\n";

    [Fact]
    public void Lenient_matching_can_be_left_out()
    {
        Assert.StartsWith("edited f.py", Replace(ToolDefences.All, "return 1  ", "return 2"), StringComparison.Ordinal);
        Assert.StartsWith("error: old_string does not occur", Replace(ToolDefences.All with { MatchesLeniently = false }, "return 1  ", "return 2"), StringComparison.Ordinal);
        Assert.StartsWith("edited f.py", Replace(ToolDefences.All with { MatchesLeniently = false }, "return 1", "return 2"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_text_and_the_whole_file_can_be_left_out()
    {
        var bare = ToolDefences.All with { ShowsNearestText = false, EscalatesToWholeFile = false };

        Assert.Contains("The nearest text there is:", Replace(ToolDefences.All, "retrun 1", "x"), StringComparison.Ordinal);
        Assert.Contains("call write_file with its whole new content", Replace(ToolDefences.All, "retrun 1", "x", times: 2), StringComparison.Ordinal);
        Assert.Equal("error: old_string does not occur in `f.py`", Replace(bare, "retrun 1", "x", times: 3));
    }

    private static string Replace(ToolDefences defences, string oldText, string newText, int times = 1)
    {
        using var tools = new ToolHarness(settings: new ToolSettings(TimeSpan.FromSeconds(30)) { Defences = defences });
        tools.Write("f.py", File);
        return Enumerable.Range(0, times).Select(_ => tools.Replace("f.py", oldText, newText).Text).ToList()[^1];
    }
}
