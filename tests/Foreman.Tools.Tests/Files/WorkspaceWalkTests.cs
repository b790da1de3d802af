using Foreman.Testing;
using Foreman.Tools.Files;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Files;

/// <summary>A walk sees every file once, in order, and goes on past what it can't list.</summary>
[Trait("Kind", "3")]
public sealed class WorkspaceWalkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workspace _workspace;

    public WorkspaceWalkTests() => _workspace = Workspace.Open(_folder.Path);

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_directory_that_vanishes_does_not_end_the_walk()
    {
        _folder.Write("a/1.txt", "");
        _folder.Write("b/2.txt", "");
        var walk = new WorkspaceWalk(_workspace, ToolHarness.Unlimited);
        var seen = new List<string>();

        foreach (var (path, _) in walk.Entries(WorkspacePath.Parse("")))
        {
            seen.Add(path.ToString());
            if (path.ToString() == "a")
            {
                Directory.Delete(_folder["a"], recursive: true);
            }
        }

        Assert.Equal(["a", "b", "b/2.txt"], seen);
        Assert.Equal("[1 directory could not be listed]\n", walk.Notes());
    }

    [Fact]
    public void Directories_that_are_too_deep_are_counted()
    {
        _folder.MakeFolder(string.Join('/', Enumerable.Repeat("d", WorkspaceWalk.MaxDepth + 3)));
        var walk = new WorkspaceWalk(_workspace, ToolHarness.Unlimited);

        Assert.Equal(WorkspaceWalk.MaxDepth, walk.Entries(WorkspacePath.Parse("")).Count());
        Assert.Equal("[1 directory lies deeper than 64 levels: left out]\n", walk.Notes());
    }

    [Fact]
    public void A_tree_of_full_directories_is_walked_whole_with_few_names_held()
    {
        var deep = "";
        for (var level = 0; level < 8; level++)
        {
            deep += "m/";
            _folder.MakeFolder(deep);
            for (var i = 0; i < 1000; i++)
            {
                File.WriteAllBytes(_folder[$"{deep}{(i < 500 ? 'a' : 'z')}{i:D4}"], []);
            }
        }

        var seen = new WorkspaceWalk(_workspace, ToolHarness.Unlimited).Entries(WorkspacePath.Parse("")).Select(e => e.Path.ToString()).ToList();

        Assert.Equal(8 * 1001, seen.Count);
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public void Pages_of_a_directory_follow_each_other()
    {
        foreach (var i in Enumerable.Range(0, 100))
        {
            _folder.Write($"f{i:D2}", "");
        }

        var names = new List<string>();
        DirectoryPage page;
        do
        {
            page = _workspace.List(WorkspacePath.Parse(""), names.LastOrDefault(), 7, ToolHarness.Unlimited);
            names.AddRange(page.Entries.Select(e => e.Name));
        }
        while (page.More);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"f{i:D2}"), names);
    }
}
