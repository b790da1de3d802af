using System.Diagnostics;
using System.Text;
using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Workspaces;

/// <summary>Nothing but the workspace can be read or written, whatever a path says and whatever lies on disk.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private const string Secret = "the secret outside";
    private readonly TempFolder _folder = new();
    private readonly Workspace _workspace;

    public WorkspaceTests()
    {
        _folder.Write("secret.txt", Secret);
        _folder.Write("ws-evil/secret.txt", Secret);
        _workspace = Workspace.Open(_folder["ws"]);
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("a/../../secret.txt")]
    [InlineData("../ws-evil/secret.txt")]
    [InlineData("./../secret.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("/proc/self/root/etc/passwd")]
    [InlineData("~/.ssh/id_rsa")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("..")]
    public void A_path_that_leaves_the_workspace_is_refused(string path)
    {
        Assert.Throws<WorkspaceException>(() => _workspace.Read(WorkspacePath.Parse(path), 1000));
        Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse(path), "x"u8));
        AssertOutsideIsWhole();
    }

    [Fact]
    public void An_absolute_path_of_the_workspace_itself_is_refused_with_advice()
    {
        var e = Assert.Throws<WorkspaceException>(() => WorkspacePath.Parse(_folder["ws/a.txt"]));

        Assert.Contains("relative to its root", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link.txt", "../secret.txt")]
    [InlineData("link.txt", "/etc/passwd")]
    [InlineData("dir/new.txt", "..")]
    [InlineData("dir/deep/new.txt", "..")]
    [InlineData("dir/etc/passwd", "/proc/self/root")]
    [InlineData("dir/secret.txt", "..")]
    public void No_link_is_followed(string path, string target)
    {
        var first = path.Split('/')[0];
        File.CreateSymbolicLink(_folder[$"ws/{first}"], target);

        Assert.Throws<WorkspaceException>(() => _workspace.Read(WorkspacePath.Parse(path), 100000));
        Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse(path), "x"u8));
        AssertOutsideIsWhole();
        Assert.Empty(_workspace.List(WorkspacePath.Parse(""), null, 100, ToolHarness.Unlimited).Entries);
        Assert.NotNull(File.ResolveLinkTarget(_folder[$"ws/{first}"], false));
    }

    [Fact]
    public void A_link_is_made_again_and_read_as_it_stands()
    {
        var target = $"../{new string('x', 3000)}/ü";
        _workspace.RestoreLink("a/link", target);
        _workspace.RestoreLink("a/link", "/etc/passwd");

        Assert.Equal("/etc/passwd", _workspace.ReadLink(WorkspacePath.Parse("a/link")));
        Assert.Equal(["link"], Directory.EnumerateFileSystemEntries(_folder["ws/a"]).Select(Path.GetFileName));
        Assert.Throws<WorkspaceException>(() => _workspace.RestoreLink("a", "x"));
        Assert.Throws<WorkspaceException>(() => _workspace.RestoreLink(".git/hooks", "/tmp"));
        Assert.Throws<WorkspaceException>(() => _workspace.RestoreLink("a/link/inside", "x"));
        Assert.Throws<WorkspaceException>(() => _workspace.RestoreLink("a/long", new string('x', 5000)));
        Assert.Equal(["link"], Directory.EnumerateFileSystemEntries(_folder["ws/a"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_made_again_replaces_a_link_and_not_what_it_names()
    {
        File.CreateSymbolicLink(_folder["ws/link"], _folder["secret.txt"]);

        _workspace.Restore("link", "new"u8, null);

        AssertOutsideIsWhole();
        Assert.Equal("new", File.ReadAllText(_folder["ws/link"]));
        Assert.Null(new FileInfo(_folder["ws/link"]).LinkTarget);
    }

    [Fact]
    public void A_dangling_link_is_not_written_through()
    {
        File.CreateSymbolicLink(_folder["ws/new.txt"], _folder["created-outside.txt"]);

        Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse("new.txt"), "x"u8));
        Assert.False(File.Exists(_folder["created-outside.txt"]));
    }

    [Fact]
    public async Task A_file_with_a_second_hard_link_is_not_written()
    {
        await Process.Start("ln", [_folder["secret.txt"], _folder["ws/hard.txt"]]).WaitForExitAsync();

        var e = Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse("hard.txt"), "x"u8));

        Assert.Contains("2 hard links", e.Message, StringComparison.Ordinal);
        AssertOutsideIsWhole();
    }

    [Fact]
    public async Task A_pipe_is_refused_and_not_waited_for()
    {
        await Process.Start("mkfifo", [_folder["ws/pipe"]]).WaitForExitAsync();

        Assert.Contains("not a regular file", Assert.Throws<WorkspaceException>(() => _workspace.Read(WorkspacePath.Parse("pipe"), 10)).Message, StringComparison.Ordinal);
        Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse("pipe"), "x"u8));
    }

    [Theory]
    [InlineData(".git/hooks/pre-commit")]
    [InlineData(".GIT/config")]
    [InlineData("sub/.git/config")]
    public void Git_metadata_can_be_read_but_not_written(string path)
    {
        _folder.Write($"ws/{path}", "theirs");

        Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse(path), "x"u8));
        Assert.Equal("theirs", Encoding.UTF8.GetString(_workspace.Read(WorkspacePath.Parse(path), 100)));
    }

    [Fact]
    public void A_file_is_written_with_its_directories_and_keeps_its_permissions()
    {
        _workspace.Write(WorkspacePath.Parse("a/b//./c.sh"), "one"u8);
        File.SetUnixFileMode(_folder["ws/a/b/c.sh"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _workspace.Write(WorkspacePath.Parse("a/b/c.sh"), "two"u8);

        Assert.Equal("two", File.ReadAllText(_folder["ws/a/b/c.sh"]));
        Assert.True(File.GetUnixFileMode(_folder["ws/a/b/c.sh"]).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(["c.sh"], Directory.GetFileSystemEntries(_folder["ws/a/b"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read()
    {
        _folder.Write("ws/big.txt", new string('x', 1001));

        Assert.Contains("1001 bytes", Assert.Throws<WorkspaceException>(() => _workspace.Read(WorkspacePath.Parse("big.txt"), 1000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused()
    {
        Assert.Throws<WorkspaceException>(() => _workspace.Write(WorkspacePath.Parse(new string('n', 300)), "x"u8));
        Assert.Throws<WorkspaceException>(() => WorkspacePath.Parse(new string('n', 5000)));
    }

    /// <summary>Random paths over a farm of links: whatever is read or written, the outside keeps its content and stays unknown.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_random_path_through_a_farm_of_links_leads_outside(int seed)
    {
        var random = new Random(seed);
        string[] targets = ["..", "../..", "/", "../secret.txt", "../ws-evil", "d1", "d1/d2", ".", "loop", "/proc/self/root", "/proc/self/cwd"];
        string[] names = ["d1", "d2", "f1", "f2", "l1", "l2", "l3", "loop", "..", ".", "", "secret.txt", "ws-evil", "etc", "..."];
        Directory.CreateDirectory(_folder["ws/d1/d2"]);
        for (var i = 0; i < 40; i++)
        {
            var place = Path.Combine(_folder["ws"], Pick(["", "d1", "d1/d2"]), Pick(["l1", "l2", "l3", "loop"]));
            if (!Path.Exists(place) && new FileInfo(place).LinkTarget is null)
            {
                File.CreateSymbolicLink(place, Pick(targets));
            }
        }

        var outside = Snapshot();
        for (var i = 0; i < 3000; i++)
        {
            var path = string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(names)));
            try
            {
                var parsed = WorkspacePath.Parse(path);
                if (random.Next(2) == 0)
                {
                    _workspace.Write(parsed, Encoding.UTF8.GetBytes($"written {i}"));
                }
                else
                {
                    Assert.StartsWith("written ", Encoding.UTF8.GetString(_workspace.Read(parsed, 1 << 20)), StringComparison.Ordinal);
                }
            }
            catch (WorkspaceException)
            {
                // Refused, or nothing there: both are fine.
            }
        }

        Assert.Equal(outside, Snapshot());
        Assert.NotEmpty(Directory.GetFiles(_folder["ws"]));

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    private string Snapshot() => string.Join('\n', Directory.GetFileSystemEntries(_folder.Path)
        .Concat(Directory.GetFileSystemEntries(_folder["ws-evil"]))
        .Order(StringComparer.Ordinal)) + File.ReadAllText(_folder["secret.txt"]) + File.ReadAllText(_folder["ws-evil/secret.txt"]);

    private void AssertOutsideIsWhole()
    {
        Assert.Equal(Secret, File.ReadAllText(_folder["secret.txt"]));
        Assert.Equal(Secret, File.ReadAllText(_folder["ws-evil/secret.txt"]));
        Assert.Equal(3, Directory.GetFileSystemEntries(_folder.Path).Length);
    }
}
