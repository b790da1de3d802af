namespace Foreman.Tools.Tests.Files;

/// <summary>What <c>.gitignore</c> files mean for the tools; that they mean the same as to git is in <c>GitIgnoreProperties</c>.</summary>
public sealed class GitIgnoreTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public GitIgnoreTests()
    {
        _tools.Write(".gitignore", "build/\n*.log\n!keep.log\n");
        _tools.Write("build/out.txt", "needle\n");
        _tools.Write("src/a.txt", "needle\n");
        _tools.Write("src/b.log", "needle\n");
        _tools.Write("src/keep.log", "needle\n");
        _tools.Write("src/.gitignore", "!b.log\n/a.txt\n");
    }

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void Listings_and_searches_leave_out_what_is_ignored_and_say_so()
    {
        Assert.Equal(
            ".gitignore\nsrc/\nsrc/.gitignore\nsrc/b.log\nsrc/keep.log\n[2 left out because of .gitignore; give their path to see them]", _tools.Call("list_files", "{}").Text);
        Assert.Equal(
            "src/b.log:1:needle\nsrc/keep.log:1:needle\n[2 left out because of .gitignore; give their path to see them]", _tools.Call("grep", """{"pattern":"needle"}""").Text);
    }

    [Fact]
    public void What_is_asked_for_by_its_path_is_shown()
    {
        Assert.Equal("build/out.txt:1:needle", _tools.Call("grep", """{"pattern":"needle","path":"build"}""").Text);
        Assert.Equal("src/a.txt:1:needle", _tools.Call("grep", """{"pattern":"needle","path":"src/a.txt"}""").Text);
        Assert.Equal("build/out.txt", _tools.Call("list_files", """{"path":"build"}""").Text);
    }

    [Fact]
    public void A_directory_below_obeys_the_files_above_it() =>
        Assert.DoesNotContain("a.txt", _tools.Call("list_files", """{"path":"src"}""").Text, StringComparison.Ordinal);
}
