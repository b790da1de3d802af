using Foreman.Tools.Files;

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

        Assert.Equal("b.txt:1:apple pie\nsrc/a.txt:1:one apple\n[1 binary file not searched]", _tools.Call("grep", """{"pattern":"ap+le"}""").Text);
        Assert.Equal("src/a.txt:1:one apple", _tools.Call("grep", """{"pattern":"apple","path":"src"}""").Text);
        Assert.Equal("src/a.txt:1:one…", _tools.Call("grep", """{"pattern":"apple","path":"src/a.txt","maxLineChars":3}""").Text);
        Assert.Equal("no matches for banana\n[1 binary file not searched]", _tools.Call("grep", """{"pattern":"banana"}""").Text);
    }

    [Fact]
    [Trait("Kind", "9")]
    public void A_search_says_that_a_NUL_far_in_a_file_ended_it()
    {
        var lines = string.Concat(Enumerable.Repeat("pear\n", 30_000));
        _tools.Write("a.txt", "apple\n" + lines + "\0\n" + lines + "apple\n");
        _tools.Write("b.bin", "\0" + lines);
        _tools.Write("c.bin", "\0");

        var text = _tools.Call("grep", """{"pattern":"apple"}""").Text;

        Assert.Equal("a.txt:1:apple\n[2 binary files not searched]\n[1 file not searched to the end]", text);
    }

    [Fact]
    public void A_search_stops_at_200_matches_and_no_pattern_makes_it_slow()
    {
        _tools.Write("a.txt", string.Concat(Enumerable.Repeat("x\n", 300)));
        _tools.Write("b.txt", new string('a', 50000) + "!\n");

        var text = _tools.Call("grep", """{"pattern":"^x$"}""").Text;

        Assert.Equal(201, text.Split('\n').Length);
        Assert.EndsWith("[100 more matches; narrow the pattern or the path]", text, StringComparison.Ordinal);
        Assert.Equal("no matches for ^(a+)+$", _tools.Call("grep", """{"pattern":"^(a+)+$"}""").Text);
    }

    [Fact]
    [Trait("Kind", "9")]
    public void All_matches_together_are_bounded_in_bytes_and_the_rest_is_counted()
    {
        _tools.Write("a.txt", string.Concat(Enumerable.Repeat(new string('€', 500) + "\n", 150)));

        var text = _tools.Call("grep", """{"pattern":"€"}""").Text;

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 30_000, GrepSearch.MaxBytes + 100);
        Assert.Equal($"[{150 - (text.Split('\n').Length - 1)} more matches; narrow the pattern or the path]", text.Split('\n')[^1]);
    }

    [Fact]
    [Trait("Kind", "9")]
    public void Matches_are_counted_on_for_a_while_only()
    {
        _ = _tools.WriteRepeated("a.txt", "x 23456789 123456789 123456789 123456789 123456789 123456789 123\n", 65 << 20);

        var text = _tools.Call("grep", """{"pattern":"^x"}""").Text;

        Assert.Matches(@"\n\[at least 5\d{5} more matches; narrow the pattern or the path\]$", text);
    }

    [Fact]
    [Trait("Kind", "9")]
    public void A_shown_part_of_a_line_cuts_no_character()
    {
        _tools.Write("a.txt", "12😀4\n");

        Assert.Equal("a.txt:1:12…", _tools.Call("grep", """{"pattern":"4","maxLineChars":3}""").Text);
    }

    [Fact]
    [Trait("Kind", "3")]
    public void A_file_of_any_size_is_searched()
    {
        _ = _tools.WriteRepeated("a.txt", "line\n", 15_000_000, "needle\n");

        Assert.Equal("a.txt:3000001:needle", _tools.Call("grep", """{"pattern":"needle"}""").Text);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_and_a_byte_order_mark_do_not_hide_a_match()
    {
        _tools.WriteBytes("latin.txt", [.. "caf"u8, 0xE9, .. " au lait\n"u8]);
        _tools.Write("mark.txt", "\uFEFFfirst\r\n");

        Assert.Equal("latin.txt:1:caf\uFFFD au lait", _tools.Call("grep", """{"pattern":"^caf. au lait$"}""").Text);
        Assert.Equal("mark.txt:1:first", _tools.Call("grep", """{"pattern":"^first$"}""").Text);
    }

    [Fact]
    public void One_file_that_cannot_be_searched_is_told_of() =>
        Assert.Equal("error: `none.txt` does not exist", _tools.Call("grep", """{"pattern":"x","path":"none.txt"}""").Text);
}
