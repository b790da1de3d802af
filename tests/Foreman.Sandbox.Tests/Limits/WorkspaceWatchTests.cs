using Foreman.Testing;

namespace Foreman.Sandbox.Tests.Limits;

/// <summary>What counts as the content of a workspace.</summary>
public sealed class WorkspaceWatchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_directories_and_links_count_and_what_a_link_leads_to_does_not()
    {
        var outside = _folder.MakeFolder("outside");
        for (var i = 0; i < 100; i++)
        {
            _folder.Write($"outside/{i}", new string('x', 1000));
        }

        _folder.Write("work/.hidden/file", new string('x', 600));
        _folder.Write("work/file", new string('x', 400));
        File.CreateSymbolicLink(_folder["work/away"], outside);
        File.CreateSymbolicLink(_folder["work/around"], _folder["work"]);
        File.CreateSymbolicLink(_folder["work/nowhere"], "missing");
        File.CreateSymbolicLink(_folder["work/to-file"], _folder["outside/1"]);

        Assert.Null(Exceeded(new() { MaxWorkspaceFiles = 7, MaxWorkspaceBytes = 1000 }));
        Assert.Equal("the workspace has more than 6 files", Exceeded(new() { MaxWorkspaceFiles = 6, MaxWorkspaceBytes = 1000 }));
        Assert.Equal("the workspace has more than 0 MiB", Exceeded(new() { MaxWorkspaceFiles = 7, MaxWorkspaceBytes = 999 }));
    }

    [Fact]
    public void A_workspace_that_is_gone_has_nothing() =>
        Assert.Null(WorkspaceWatch.Exceeded(_folder["missing"], new CageLimits(), CancellationToken.None));

    private string? Exceeded(CageLimits limits) => WorkspaceWatch.Exceeded(_folder["work"], limits, CancellationToken.None);
}
