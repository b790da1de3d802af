using Foreman.Runner.Gates;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Gates;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class GateFolderTests
{
    [Fact]
    public void The_copy_has_the_named_files_their_permissions_and_their_links_and_nothing_else()
    {
        using var work = new TempFolder();
        var source = FilesSource.In(work["ws"], null, new Dictionary<string, string> { ["a/run.sh"] = "echo", ["b.txt"] = "b" });
        File.SetUnixFileMode(work["ws/a/run.sh"], (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(work["ws/link"], "b.txt");
        File.WriteAllText(work["ws/ignored.o"], "x");
        var folder = new GateFolder(work["gate"]);

        folder.Fill(source, ["a/run.sh", "b.txt", "link", "gone.txt"], CancellationToken.None);

        Assert.Equal(["a/run.sh", "b.txt", "link"], FilesOf(folder.Tree));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(folder.Tree, "a/run.sh")));
        Assert.Equal("b.txt", new FileInfo(Path.Combine(folder.Tree, "link")).LinkTarget);
    }

    [Fact]
    public void A_linked_folder_leads_to_no_file_outside()
    {
        using var work = new TempFolder();
        using var outside = new TempFolder();
        File.WriteAllText(outside["secret"], "secret");
        var source = FilesSource.In(work["ws"], null, new Dictionary<string, string> { ["b.txt"] = "b" });
        Directory.CreateSymbolicLink(work["ws/dir"], outside.Path);
        var folder = new GateFolder(work["gate"]);

        folder.Fill(source, ["b.txt", "dir/secret"], CancellationToken.None);

        Assert.Equal(["b.txt"], FilesOf(folder.Tree));
    }

    [Fact]
    public async Task The_old_copy_has_changes_taken_back()
    {
        using var work = new TempFolder();
        var source = FilesSource.In(
            work["ws"],
            new Dictionary<string, string> { ["a.go"] = "old", ["gone.go"] = "was", ["same.go"] = "same" },
            new Dictionary<string, string> { ["a.go"] = "new", ["added.go"] = "added", ["same.go"] = "same", ["a_test.go"] = "test" });
        var folder = new GateFolder(work["gate"]);
        IReadOnlyList<ChangedFile> changes = [.. (await source.ChangesAsync(CancellationToken.None)).Where(c => c.Path != "a_test.go")];

        await folder.FillOldAsync(source, await source.FilesAsync(CancellationToken.None), changes, CancellationToken.None);

        Assert.Equal(["a.go", "a_test.go", "gone.go", "same.go"], FilesOf(folder.Old));
        Assert.Equal("old", File.ReadAllText(Path.Combine(folder.Old, "a.go")));
    }

    [Fact]
    public void What_an_earlier_check_left_is_gone_and_caches_stay()
    {
        using var work = new TempFolder();
        var source = FilesSource.In(work["ws"], null, new Dictionary<string, string> { ["b.txt"] = "b" });
        var folder = new GateFolder(work["gate"]);
        folder.Fill(source, ["b.txt"], CancellationToken.None);
        File.WriteAllText(Path.Combine(folder.Tree, "out.o"), "x");
        File.WriteAllText(Path.Combine(folder.Cache, "kept"), "x");

        folder.Fill(source, ["b.txt"], CancellationToken.None);

        Assert.Equal(["b.txt"], FilesOf(folder.Tree));
        Assert.True(File.Exists(Path.Combine(folder.Cache, "kept")));
        Assert.Null(folder.Remove());
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public async Task The_old_copy_has_programs_links_and_bytes_as_they_were()
    {
        using var work = new TempFolder();
        var source = FilesSource.In(
            work["ws"],
            new Dictionary<string, string> { ["run.sh"] = "", ["latin"] = "", ["link"] = "", ["~odd"] = "" },
            new Dictionary<string, string> { ["run.sh"] = "new", ["latin"] = "new", ["link"] = "new", ["~odd"] = "new" }) with
        {
            Base = path => path switch
            {
                "run.sh" => new BaseFile("echo"u8.ToArray(), IsExecutable: true),
                "latin" => new BaseFile([0xe9, 0]),
                "link" => new BaseFile("run.sh"u8.ToArray(), IsLink: true),
                _ => new BaseFile("odd"u8.ToArray()),
            },
        };
        var folder = new GateFolder(work["gate"]);

        var unread = await folder.FillOldAsync(source, await source.FilesAsync(CancellationToken.None), await source.ChangesAsync(CancellationToken.None), CancellationToken.None);

        Assert.Null(unread);
        Assert.True(File.GetUnixFileMode(Path.Combine(folder.Old, "run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(Path.Combine(folder.Old, "latin")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("E900", Convert.ToHexString(File.ReadAllBytes(Path.Combine(folder.Old, "latin"))));
        Assert.Equal("run.sh", new FileInfo(Path.Combine(folder.Old, "link")).LinkTarget);
        Assert.Equal("odd", File.ReadAllText(Path.Combine(folder.Old, "~odd")));
    }

    [Fact]
    public async Task A_change_that_cant_be_taken_back_is_named()
    {
        using var work = new TempFolder();
        var source = FilesSource.In(work["ws"], new Dictionary<string, string> { ["big"] = "" }, new Dictionary<string, string> { ["big"] = "new" }) with { Base = _ => null };

        var unread = await new GateFolder(work["gate"]).FillOldAsync(source, ["big"], await source.ChangesAsync(CancellationToken.None), CancellationToken.None);

        Assert.Equal("big", unread);
    }

    [Fact]
    public void A_link_that_a_check_put_in_the_place_of_the_caches_is_not_followed()
    {
        using var work = new TempFolder();
        using var outside = new TempFolder();
        var source = FilesSource.In(work["ws"], null, new Dictionary<string, string> { ["b.txt"] = "b" });
        var folder = new GateFolder(work["gate"]);
        Directory.CreateDirectory(folder.Path);
        Directory.CreateSymbolicLink(folder.Cache, outside.Path);

        folder.Fill(source, ["b.txt"], CancellationToken.None);

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
        Assert.Null(new DirectoryInfo(folder.Cache).LinkTarget);
        Assert.True(Directory.Exists(Path.Combine(folder.Cache, "home")));
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal);
}
