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
}
