namespace Foreman.Tools.Tests.Files;

public sealed class GrepToolTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void A_search_finds_lines_and_leaves_git_and_binaries_out()
    {
        _tools.Write("src/a.txt", "one apple\npear\n");
        _tools.Write("b.txt", "apple pie\n");
        _tools.Write(".git/config", "apple\n");
        File.WriteAllBytes(Path.Combine(_tools.Folder, "c.bin"), "apple\0"u8.ToArray());

        Assert.Equal("b.txt:1:apple pie\nsrc/a.txt:1:one apple", _tools.Call("grep", """{"pattern":"ap+le"}""").Text);
        Assert.Equal("src/a.txt:1:one apple", _tools.Call("grep", """{"pattern":"apple","path":"src"}""").Text);
        Assert.Equal("src/a.txt:1:one…", _tools.Call("grep", """{"pattern":"apple","path":"src/a.txt","maxLineChars":3}""").Text);
        Assert.Equal("no matches for banana", _tools.Call("grep", """{"pattern":"banana"}""").Text);
    }

    [Fact]
    public void A_search_stops_at_200_matches_and_no_pattern_makes_it_slow()
    {
        _tools.Write("a.txt", string.Concat(Enumerable.Repeat("x\n", 300)));
        _tools.Write("b.txt", new string('a', 50000) + "!\n");

        var text = _tools.Call("grep", """{"pattern":"^x$"}""").Text;

        Assert.Equal(201, text.Split('\n').Length);
        Assert.EndsWith("[more than 200 matches; narrow the pattern or the path]", text, StringComparison.Ordinal);
        Assert.Equal("no matches for ^(a+)+$", _tools.Call("grep", """{"pattern":"^(a+)+$"}""").Text);
    }
}
