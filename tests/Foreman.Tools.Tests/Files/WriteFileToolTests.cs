namespace Foreman.Tools.Tests.Files;

public sealed class WriteFileToolTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void A_file_is_written_and_replaced()
    {
        var first = _tools.Call("write_file", """{"path":"a/b.txt","content":"one"}""");
        var second = _tools.Call("write_file", """{"path":"a/b.txt","content":""}""");

        Assert.Equal(("wrote a/b.txt (3 bytes)", "replaced a/b.txt (0 bytes)"), (first.Text, second.Text));
        Assert.Equal((null, first.Changes[0].ShaAfter), (first.Changes[0].ShaBefore, second.Changes[0].ShaBefore));
    }

    [Fact]
    public void A_file_is_written_in_parts()
    {
        var first = _tools.Call("write_file", """{"path":"a.txt","content":"one\n","append":true}""");
        var second = _tools.Call("write_file", """{"path":"a.txt","content":"two\n","append":true}""");

        Assert.Equal(("wrote a.txt (4 bytes)", "added 4 bytes to a.txt (8 bytes now)"), (first.Text, second.Text));
        Assert.Equal("one\ntwo\n", _tools.Read("a.txt"));
        Assert.Equal((first.Changes[0].ShaAfter, 8), (second.Changes[0].ShaBefore, second.Changes[0].Content.Length));
    }

    [Fact]
    public void A_part_gets_the_line_ends_of_its_file_and_no_second_byte_order_mark()
    {
        _tools.WriteBytes("a.txt", System.Text.Encoding.UTF8.GetBytes("\uFEFFa\r\n"));

        var outcome = _tools.Call("write_file", """{"path":"a.txt","content":"b\n","append":true}""");

        Assert.Equal("added 3 bytes to a.txt (9 bytes now; CRLF kept)", outcome.Text);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes("\uFEFFa\r\nb\r\n"), _tools.ReadBytes("a.txt"));
    }

    [Fact]
    public void A_file_grows_to_the_largest_size_and_no_further()
    {
        _tools.Write("a.txt", new string('x', 4 << 20));

        var outcome = _tools.Call("write_file", """{"path":"a.txt","content":"y","append":true}""");

        Assert.StartsWith("error: the file with what is added has 4194305 bytes", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named()
    {
        await using var disk = await SmallDisk.MountAsync(Path.Combine(_tools.Folder, "locked"), "ro");

        Assert.StartsWith("error: cannot write `locked/b.txt`: ", _tools.Call("write_file", """{"path":"locked/b.txt","content":"x"}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_the_old_file_whole()
    {
        await using var disk = await SmallDisk.MountAsync(Path.Combine(_tools.Folder, "disk"), "rw");
        _tools.Write("disk/a.txt", "old");

        var outcome = _tools.Call("write_file", $$"""{"path":"disk/a.txt","content":"{{new string('x', 200000)}}"}""");

        Assert.StartsWith("error: cannot write `disk/a.txt`: ", outcome.Text, StringComparison.Ordinal);
        Assert.Equal("old", _tools.Read("disk/a.txt"));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_tools.Folder, "disk")));
    }

    [Theory]
    [Trait("Kind", "11")]
    [InlineData("a\r\nb\r\n", "x\ny\n", "x\r\ny\r\n", "replaced a.txt (6 bytes; CRLF kept)")]
    [InlineData("a\r\nb\n", "x\ny\n", "x\ny\n", "replaced a.txt (4 bytes)")]
    [InlineData("a\r\nb", "x\r\ny\n", "x\r\ny\n", "replaced a.txt (5 bytes)")]
    [InlineData("\uFEFFa\n", "x\n", "\uFEFFx\n", "replaced a.txt (5 bytes; byte order mark kept)")]
    [InlineData("\uFEFFa\r\n", "\uFEFFx\n", "\uFEFFx\r\n", "replaced a.txt (6 bytes; CRLF kept)")]
    [InlineData("a\n", "x", "x", "replaced a.txt (1 bytes)")]
    [InlineData("", "x\n", "x\n", "replaced a.txt (2 bytes)")]
    public void A_replaced_file_keeps_what_a_model_does_not_write(string before, string content, string after, string told)
    {
        _tools.WriteBytes("a.txt", System.Text.Encoding.UTF8.GetBytes(before));

        var outcome = _tools.Call("write_file", $$"""{"path":"a.txt","content":{{ToolHarness.Quote(content)}}}""");

        Assert.Equal(told, outcome.Text);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(after), _tools.ReadBytes("a.txt"));
        Assert.Equal(_tools.ReadBytes("a.txt"), Assert.Single(outcome.Changes).Content);
    }

    [Fact]
    [Trait("Kind", "11")]
    public void A_write_that_changes_nothing_is_no_change()
    {
        _tools.WriteBytes("a.txt", "one\r\n"u8.ToArray());
        var written = File.GetLastWriteTimeUtc(Path.Combine(_tools.Folder, "a.txt"));

        var outcome = _tools.Call("write_file", """{"path":"a.txt","content":"one\n"}""");

        Assert.Equal(("no change: a.txt already has exactly this content", false, 0), (outcome.Text, outcome.IsError, outcome.Changes.Count));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(_tools.Folder, "a.txt")));
    }

    [Fact]
    [Trait("Kind", "11")]
    public void A_file_that_nobody_may_write_is_left_alone()
    {
        var path = _tools.Write("a.txt", "theirs\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal("error: `a.txt` is read-only: its permissions let nobody write it", _tools.Call("write_file", """{"path":"a.txt","content":"x"}""").Text);
        Assert.Equal("error: `a.txt` is read-only: its permissions let nobody write it", _tools.Replace("a.txt", "theirs", "ours").Text);
        Assert.Equal("theirs\n", _tools.Read("a.txt"));
    }

    [Fact]
    [Trait("Kind", "11")]
    public void An_edited_script_stays_executable()
    {
        var path = _tools.Write("run.sh", "#!/bin/sh\nold\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_000);

        Assert.False(_tools.Replace("run.sh", "old", "new").IsError);
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(path));
    }

    [Fact]
    [Trait("Kind", "3")]
    public void More_than_four_mebibytes_are_not_written() => Assert.Contains(
        "at most 4194304 are written", _tools.Call("write_file", $$"""{"path":"a.txt","content":"{{new string('x', (4 << 20) + 1)}}"}""").Text, StringComparison.Ordinal);
}
