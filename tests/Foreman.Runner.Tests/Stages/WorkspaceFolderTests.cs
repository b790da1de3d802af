using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Tests.Scene;
using Foreman.Runner.Stages;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Stages;

public sealed class WorkspaceFolderTests
{
    [Fact]
    public void Each_attempt_has_a_directory_of_its_own() =>
        Assert.Equal("/srv/space/task-3", WorkspaceFolder.PathOf("/srv", Tasks.Held(3)));

    [Theory]
    [InlineData("..", "task")]
    [InlineData("space", "../../etc/passwd")]
    [InlineData("", "task")]
    [InlineData("space", "a b")]
    [InlineData("/etc", "task")]
    public void A_name_that_leads_elsewhere_gets_no_workspace(string space, string name)
    {
        var task = Tasks.With(TaskPhase.Running) with { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space, Uid = Tasks.Uid } };
        var refused = Assert.Throws<StageException>(() => WorkspaceFolder.PathOf("/srv", new Attempt(task, Tasks.Me)));
        Assert.Equal(FailureReason.InfrastructureError, refused.Reason);
    }

    [Fact]
    public void What_an_earlier_task_of_the_same_name_left_is_moved_aside_and_not_lost()
    {
        using var root = new TempFolder();
        root.Write("space/task-1/hello.txt", "first");
        WorkspaceFolder.MakeRoom(root["space/task-1"]);
        root.Write("space/task-1/hello.txt", "second");
        WorkspaceFolder.MakeRoom(root["space/task-1"]);

        Assert.False(Directory.Exists(root["space/task-1"]));
        Assert.Equal("first", File.ReadAllText(root["space/task-1~1/hello.txt"]));
        Assert.Equal("second", File.ReadAllText(root["space/task-1~2/hello.txt"]));
    }

    [Theory]
    [Trait("Kind", "15")]
    [InlineData("task-1", true)]
    [InlineData("task-1~2", true)]
    [InlineData("a.b-c-12", true)]
    [InlineData("task", false)]
    [InlineData("task-", false)]
    [InlineData("-1", false)]
    [InlineData("task-1~", false)]
    [InlineData("task-1~x", false)]
    [InlineData("Task-1", false)]
    [InlineData(".task-1", false)]
    [InlineData("", false)]
    public void Only_names_of_workspaces_are_taken_for_such(string name, bool isName) => Assert.Equal(isName, WorkspaceFolder.IsName(name));

    [Fact]
    [Trait("Kind", "15")]
    public void Only_a_folder_that_was_made_here_is_ours()
    {
        using var root = new TempFolder();
        root.MakeFolder("photos");
        WorkspaceFolder.MakeRoom(root["space/task-1"]);
        WorkspaceFolder.MakeRoom(root["photos/task-1"]);

        Assert.True(WorkspaceFolder.IsOurs(root["space"]));
        Assert.False(WorkspaceFolder.IsOurs(root["photos"]));
    }

    [Fact]
    [Trait("Kind", "15")]
    public void A_folder_of_an_earlier_release_is_ours_when_nothing_but_workspaces_lies_in_it()
    {
        using var root = new TempFolder();
        root.Write("old/task-1/made.txt", "made");
        root.Write("old/task-1~1/made.txt", "made");
        root.Write("mixed/task-1/made.txt", "made");
        root.Write("mixed/notes.txt", "mine");
        root.Write("files/task-1", "a file");
        root.MakeFolder("linked");
        Directory.CreateSymbolicLink(root["linked/task-1"], root["old"]);
        foreach (var space in (string[])["old", "mixed", "files", "linked"])
        {
            WorkspaceFolder.MakeRoom(root[$"{space}/task-2"]);
        }

        Assert.True(WorkspaceFolder.IsOurs(root["old"]));
        Assert.False(WorkspaceFolder.IsOurs(root["mixed"]));
        Assert.False(WorkspaceFolder.IsOurs(root["files"]));
        Assert.False(WorkspaceFolder.IsOurs(root["linked"]));
    }

    [Fact]
    public void A_root_that_is_a_file_is_refused_with_its_path()
    {
        using var root = new TempFolder();
        var file = root.Write("file", "");
        var refused = Assert.Throws<StageException>(() => WorkspaceFolder.MakeRoom(Path.Combine(file, "space", "task-1")));
        Assert.Contains("--workspace-dir", refused.Message, StringComparison.Ordinal);
    }
}
