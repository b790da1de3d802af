using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Workspaces;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TreeCopyTests : IDisposable
{
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;
    private const UnixFileMode ReadOnly = (UnixFileMode)0b100_100_100;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_have_their_content_and_permissions_in_whatever_order_they_come()
    {
        var large = string.Concat(Enumerable.Repeat("some text ", 50_000));
        Write("a/b/run.sh", "echo", Program);
        Write("a/b/large.txt", large);
        Write("a/empty", "");
        Write("top", "top", ReadOnly);

        Copy("top", "a/b/large.txt", "a/empty", "a/b/run.sh");

        Assert.Equal(["a/b/large.txt", "a/b/run.sh", "a/empty", "top"], Copied());
        Assert.Equal(("echo", large, "", "top"), (Text("a/b/run.sh"), Text("a/b/large.txt"), Text("a/empty"), Text("top")));
        Assert.Equal((Program, ReadOnly), (File.GetUnixFileMode(_folder["copy/a/b/run.sh"]), File.GetUnixFileMode(_folder["copy/top"])));
    }

    [Fact]
    public void Links_are_copied_as_links_and_nothing_is_reached_through_one()
    {
        Directory.CreateDirectory(_folder["outside"]);
        File.WriteAllText(_folder["outside/f"], "secret");
        Write("sub/a", "one");
        Directory.CreateSymbolicLink(_folder["w/dir"], _folder["outside"]);
        File.CreateSymbolicLink(_folder["w/sub/link"], "a");

        Copy("sub/a", "dir", "dir/f", "sub/link");

        Assert.Equal(["dir", "sub"], Directory.EnumerateFileSystemEntries(_folder["copy"]).Select(Path.GetFileName).Order());
        Assert.Equal((_folder["outside"], "a"), (new FileInfo(_folder["copy/dir"]).LinkTarget, new FileInfo(_folder["copy/sub/link"]).LinkTarget));
        Assert.Equal(["f"], Directory.EnumerateFiles(_folder["outside"]).Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_gone_or_no_file_or_lies_in_a_git_directory_is_left_out()
    {
        Write("sub/a", "one");
        Write("nested/.git/config", "[core]");

        Copy("gone", "none/there", "sub", "nested/.git/config", "caf\ufffd.py", new string('x', 300), "sub/a");

        Assert.Equal(["sub/a"], Copied());
        Assert.Equal(["sub"], Directory.EnumerateFileSystemEntries(_folder["copy"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_there_already_is_replaced()
    {
        Write("a", "new");
        Directory.CreateDirectory(_folder["copy"]);
        File.WriteAllText(_folder["copy/a"], "the old one, which is longer");

        Copy("a", "a");

        Assert.Equal("new", Text("a"));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../b")]
    public void A_path_that_climbs_is_refused(string path) => Assert.Throws<WorkspaceException>(() => Copy(path));

    [Theory]
    [InlineData("~notes/a")]
    [InlineData("two\nlines")]
    [InlineData("right\u202eleft")]
    public void A_name_that_no_model_may_write_is_copied(string name)
    {
        Write(name, "x");

        Copy(name);

        Assert.Equal("x", Text(name));
    }

    private void Write(string path, string text, UnixFileMode? mode = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["w/" + path])!);
        File.WriteAllText(_folder["w/" + path], text);
        if (mode is { } bits)
        {
            File.SetUnixFileMode(_folder["w/" + path], bits);
        }
    }

    private void Copy(params string[] paths)
    {
        using var from = Workspace.Open(_folder["w"]);
        using var to = Workspace.Open(_folder["copy"]);
        using var copy = new TreeCopy(from, to);
        foreach (var path in paths)
        {
            copy.Copy(path);
        }
    }

    private string Text(string path) => File.ReadAllText(_folder["copy/" + path]);

    private IEnumerable<string> Copied() =>
        Directory.EnumerateFiles(_folder["copy"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder["copy"], f)).Order(StringComparer.Ordinal);
}
