using System.Runtime.Versioning;
using Foreman.Runner.Stages;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Stages;

[UnsupportedOSPlatform("windows")]
public sealed class FolderRemovalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_folders_and_links_go_and_what_links_lead_to_stays()
    {
        _ = _folder.Write("kept/a", "x");
        _ = _folder.Write("gone/sub/b", "x");
        Directory.CreateSymbolicLink(_folder["gone/link"], _folder["kept"]);
        var file = _folder.Write("file", "x");

        Assert.Null(FolderRemoval.Remove(_folder["gone"]));
        Assert.Null(FolderRemoval.Remove(file));
        Assert.Null(FolderRemoval.Remove(_folder["never/was"]));
        Assert.Equal(["kept"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.True(File.Exists(_folder["kept/a"]));
    }

    [Fact]
    public void Folders_whose_rights_a_command_took_away_go_too()
    {
        _ = _folder.Write("gone/a/b/file", "x");
        _ = _folder.MakeFolder("kept");
        Directory.CreateSymbolicLink(_folder["gone/link"], _folder["kept"]);
        foreach (var closed in (string[])["gone/a/b", "gone/a", "gone", "kept"])
        {
            File.SetUnixFileMode(_folder[closed], UnixFileMode.None);
        }

        FolderRemoval.Open(_folder["gone"]);

        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal([All, All, All, UnixFileMode.None], new[] { "gone", "gone/a", "gone/a/b", "kept" }.Select(f => File.GetUnixFileMode(_folder[f])));
        File.SetUnixFileMode(_folder["gone/a"], UnixFileMode.None);
        Assert.Null(FolderRemoval.Remove(_folder["gone"]));
        Assert.False(Directory.Exists(_folder["gone"]));
        File.SetUnixFileMode(_folder["kept"], All);
    }
}
