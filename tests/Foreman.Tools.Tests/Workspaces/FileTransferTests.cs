using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Workspaces;

public sealed class FileTransferTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_written_once_and_replaced_only_when_asked()
    {
        using var workspace = Workspace.Open(_folder["w"]);

        Assert.Equal(TransferOutcome.Written, FileTransfer.Put(workspace, "a/b.txt", "one"u8, overwrite: false));
        Assert.Equal(TransferOutcome.Unchanged, FileTransfer.Put(workspace, "a/b.txt", "one"u8, overwrite: false));
        Assert.Equal(TransferOutcome.Exists, FileTransfer.Put(workspace, "a/b.txt", "two"u8, overwrite: false));
        Assert.Equal("one"u8.ToArray(), FileTransfer.TryRead(workspace, "a/b.txt", 100));
        Assert.Equal(TransferOutcome.Written, FileTransfer.Put(workspace, "a/b.txt", "two"u8, overwrite: true));
        Assert.Equal("two"u8.ToArray(), FileTransfer.TryRead(workspace, "a/b.txt", 100));
    }

    [Fact]
    public void A_link_is_neither_written_nor_read_through()
    {
        using var workspace = Workspace.Open(_folder["w"]);
        Directory.CreateDirectory(_folder["outside"]);
        File.WriteAllText(_folder["outside/f"], "secret");
        Directory.CreateSymbolicLink(_folder["w/dir"], _folder["outside"]);
        File.CreateSymbolicLink(_folder["w/file"], _folder["outside/f"]);

        Assert.Throws<WorkspaceException>(() => FileTransfer.Put(workspace, "dir/new", "x"u8, overwrite: true));
        Assert.Throws<WorkspaceException>(() => FileTransfer.Put(workspace, "file", "x"u8, overwrite: true));
        Assert.Throws<WorkspaceException>(() => FileTransfer.TryRead(workspace, "dir/f", 100));
        Assert.Equal(["f"], Directory.EnumerateFiles(_folder["outside"]).Select(Path.GetFileName));
        Assert.Equal("secret", File.ReadAllText(_folder["outside/f"]));
    }

    [Fact]
    public void A_copy_has_content_permissions_and_links_and_reaches_nothing_through_a_link()
    {
        using var from = Workspace.Open(_folder["w"]);
        using var to = Workspace.Open(_folder["copy"]);
        Directory.CreateDirectory(_folder["outside"]);
        File.WriteAllText(_folder["outside/f"], "secret");
        Directory.CreateSymbolicLink(_folder["w/dir"], _folder["outside"]);
        FileTransfer.Put(from, "sub/a", "one"u8, overwrite: true);

        foreach (var path in (string[])["sub/a", "dir", "dir/f", "gone", "sub"])
        {
            FileTransfer.Copy(from, to, path);
        }

        Assert.Equal("one", File.ReadAllText(_folder["copy/sub/a"]));
        Assert.Equal(_folder["outside"], new FileInfo(_folder["copy/dir"]).LinkTarget);
        Assert.Equal(["dir", "sub"], Directory.EnumerateFileSystemEntries(_folder["copy"]).Select(Path.GetFileName).Order());
        Assert.Throws<WorkspaceException>(() => FileTransfer.Copy(from, to, "../x"));
    }

    [Theory]
    [InlineData("~notes/a")]
    [InlineData("two\nlines")]
    [InlineData("right\u202eleft")]
    public void A_name_that_no_model_may_write_is_copied(string name)
    {
        using var from = Workspace.Open(_folder["w"]);
        using var to = Workspace.Open(_folder["copy"]);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["w/" + name])!);
        File.WriteAllText(_folder["w/" + name], "x");

        FileTransfer.Copy(from, to, name);

        Assert.Equal("x", File.ReadAllText(_folder["copy/" + name]));
    }

    [Fact]
    public void A_name_that_is_no_text_is_left_out()
    {
        using var from = Workspace.Open(_folder["w"]);
        using var to = Workspace.Open(_folder["copy"]);

        FileTransfer.Copy(from, to, "caf\ufffd.py");

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["copy"]));
    }

    [Fact]
    public void A_file_that_is_missing_or_too_large_is_not_read()
    {
        using var workspace = Workspace.Open(_folder["w"]);
        FileTransfer.Put(workspace, "big", new byte[11], overwrite: false);

        Assert.Null(FileTransfer.TryRead(workspace, "none/there", 10));
        Assert.Throws<WorkspaceException>(() => FileTransfer.TryRead(workspace, "big", 10));
    }
}
