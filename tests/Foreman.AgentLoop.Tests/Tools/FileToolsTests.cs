namespace Foreman.AgentLoop.Tests.Tools;

/// <summary>read_file, write_file, grep, list_files and submit_result, and what all tools have in common.</summary>
public sealed class FileToolsTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("read_file", """{}""", "read_file needs the argument `path`")]
    [InlineData("read_file", """{"path":7}""", "argument `path` of read_file must be a string")]
    [InlineData("read_file", """{"path":"a","ofset":2}""", "read_file has no argument `ofset`; it takes path, offset, limit")]
    [InlineData("read_file", """{"path":"a","offset":0}""", "must be a whole number from 1")]
    [InlineData("read_file", """{"path":"a","offset":1.5}""", "must be a whole number from 1")]
    [InlineData("read_file", """{"path":"missing.txt"}""", "`missing.txt` does not exist")]
    [InlineData("read_file", """{"path":"."}""", "call list_files")]
    [InlineData("write_file", """{"path":"a.txt"}""", "write_file needs the argument `content`")]
    [InlineData("write_file", """{"path":"","content":"x"}""", "names the workspace itself")]
    [InlineData("write_file", """{"path":"../a","content":"x"}""", "uses `..`")]
    [InlineData("grep", """{"pattern":"("}""", "is not valid")]
    [InlineData("grep", """{"pattern":"(?=x)"}""", "is not valid")]
    [InlineData("grep", """{"pattern":"x","max":500}""", "from 1 to 200")]
    [InlineData("list_files", """{"path":"nowhere"}""", "does not exist")]
    [InlineData("submit_result", """{"verdict":"MAYBE","summary":"s","commit_message":""}""", "not one of GO, NO-GO, ERROR")]
    [InlineData("submit_result", """{"verdict":"GO","summary":"s"}""", "submit_result needs the argument `commit_message`")]
    public void A_mistake_is_explained(string tool, string arguments, string expected)
    {
        var outcome = _tools.Call(tool, arguments);

        Assert.True(outcome.IsError);
        Assert.StartsWith("error", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_with_its_number_of_lines()
    {
        _tools.Write("a.txt", "one\ntwo\nthree\n");

        Assert.Equal("one\ntwo\nthree\n[total_lines: 3]", _tools.Call("read_file", """{"path":"a.txt"}""").Text);
        Assert.Equal("two\n[total_lines: 3; shown: 2 to 2]", _tools.Call("read_file", """{"path":"a.txt","offset":2,"limit":1}""").Text);
        Assert.Contains("after the end", _tools.Call("read_file", """{"path":"a.txt","offset":9}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_file_is_read_in_parts_of_16_KiB()
    {
        _tools.Write("a.txt", string.Concat(Enumerable.Range(1, 5000).Select(i => $"{i:D9}\n")));

        var text = _tools.Call("read_file", """{"path":"a.txt"}""").Text;

        Assert.EndsWith("000001638\n[total_lines: 5000; shown: 1 to 1638]", text, StringComparison.Ordinal);
        Assert.StartsWith("000001639\n", _tools.Call("read_file", """{"path":"a.txt","offset":"1639"}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_binary_file_is_not_shown()
    {
        File.WriteAllBytes(Path.Combine(_tools.Folder, "a.bin"), [0, 1, 2, 255]);

        Assert.Contains("binary file of 4 bytes", _tools.Call("read_file", """{"path":"a.bin"}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_written_and_replaced()
    {
        var first = _tools.Call("write_file", """{"path":"a/b.txt","content":"one"}""");
        var second = _tools.Call("write_file", """{"path":"a/b.txt","content":""}""");

        Assert.Equal(("wrote a/b.txt (3 bytes)", "replaced a/b.txt (0 bytes)"), (first.Text, second.Text));
        Assert.Equal((null, first.Changes[0].ShaAfter), (first.Changes[0].ShaBefore, second.Changes[0].ShaBefore));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_named()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root may write everywhere: run the tests as another user");
        _tools.Write("locked/a.txt", "x");
        File.SetUnixFileMode(Path.Combine(_tools.Folder, "locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Contains("cannot write `locked/b.txt`", _tools.Call("write_file", """{"path":"locked/b.txt","content":"x"}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_the_old_file_whole()
    {
        await using var disk = await SmallDisk.MountAsync(Path.Combine(_tools.Folder, "disk"));
        _tools.Write("disk/a.txt", "old");

        var outcome = _tools.Call("write_file", $$"""{"path":"disk/a.txt","content":"{{new string('x', 200000)}}"}""");

        Assert.StartsWith("error: cannot write `disk/a.txt`: ", outcome.Text, StringComparison.Ordinal);
        Assert.Equal("old", _tools.Read("disk/a.txt"));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_tools.Folder, "disk")));
    }

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

    [Fact]
    public void Files_are_listed_in_order_without_git_and_links()
    {
        _tools.Write("b.txt", "");
        _tools.Write("a/c.txt", "");
        _tools.Write(".git/config", "");
        File.CreateSymbolicLink(Path.Combine(_tools.Folder, "link"), "/etc");

        Assert.Equal("a/\na/c.txt\nb.txt", _tools.Call("list_files", "{}").Text);
        Assert.Equal("a/\nb.txt", _tools.Call("list_files", """{"recursive":false}""").Text);
        Assert.Equal("error: `a/c.txt` is a file, not a directory", _tools.Call("list_files", """{"path":"a/c.txt"}""").Text);
    }

    [Fact]
    public void A_result_is_taken_with_a_summary_of_at_most_280_bytes()
    {
        var outcome = _tools.Call("submit_result", $$$"""{"verdict":"NO-GO","summary":"{{{new string('ü', 200)}}}","extra":{"a":[1]}}""");

        Assert.Equal(new string('ü', 140), outcome.Submission!.Summary);
        Assert.Equal(("NO-GO", "", """{"a":[1]}"""), (outcome.Submission.Verdict, outcome.Submission.CommitMessage, outcome.Submission.Extra?.GetRawText()));
    }
}
