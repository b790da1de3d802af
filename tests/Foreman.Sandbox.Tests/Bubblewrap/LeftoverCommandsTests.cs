using System.Diagnostics;
using System.Globalization;
using Foreman.Primitives;
using Foreman.Sandbox.Bubblewrap;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests.Bubblewrap;

public sealed class LeftoverCommandsTests : IDisposable
{
    private readonly TempFolder _workspaces = new();

    public void Dispose() => _workspaces.Dispose();

    [Fact]
    public async Task A_command_that_outlived_its_launcher_is_ended_and_one_that_has_it_is_not()
    {
        using var living = Start("living");
        using var killed = Start("killed");
        await Eventually.TrueAsync(() => File.Exists(_workspaces["living/begun"]) && File.Exists(_workspaces["killed/begun"]), "both commands to begin");
        killed.Kill();
        await killed.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, LeftoverCommands.End(_workspaces["elsewhere"]));
        Assert.Equal(1, LeftoverCommands.End(_workspaces.Path));

        await Eventually.TrueAsync(() => Running("killed") == 0, "what outlived its launcher to end");
        Assert.NotEqual(0, Running("living"));
        living.Kill();
        await Eventually.TrueAsync(() => LeftoverCommands.End(_workspaces.Path) == 1, "the other one to be left over");
        await Eventually.TrueAsync(() => Running("living") == 0, "the other one to end");
    }

    [Theory]
    [InlineData("Name:\tbwrap\nNSpid:\t4711\t1\nNSsid:\t1", true)]
    [InlineData("Name:\tbwrap\nNSpid:\t4711\t12\n", false)]
    [InlineData("Name:\tsystemd\nNSpid:\t1\n", false)]
    [InlineData("Name:\told\n", false)]
    [InlineData("", false)]
    public void The_first_process_of_a_namespace_is_known_by_its_number_there(string status, bool first) =>
        Assert.Equal(first, LeftoverCommands.IsFirstOfItsNamespace(status));

    [Theory]
    [InlineData("/usr/bin/bwrap\0--bind\0/data/w/task\0/data/w/task\0--\0sh\0", true)]
    [InlineData("/usr/bin/bwrap\0--bind\0/data/w2/task\0/data/w2/task\0", false)]
    [InlineData("/usr/bin/bwrap\0--ro-bind\0/data/w/task\0/x\0", false)]
    [InlineData("/bin/sh\0--bind\0/data/w/task\0", false)]
    [InlineData("", false)]
    public void A_cage_is_known_by_the_workspace_that_it_binds(string arguments, bool below)
    {
        Assert.Equal(below, LeftoverCommands.BindsBelow(arguments, "/data/w"));
        Assert.Equal(below, LeftoverCommands.BindsBelow(arguments, "/data/w/"));
    }

    // As the launcher does, but without the request to end with the parent.
    private Process Start(string name)
    {
        var program = HelperPrograms.Find("bwrap");
        Assert.SkipWhen(program is null, "bubblewrap is not installed: install the package bubblewrap");
        var workspace = Directory.CreateDirectory(_workspaces[name]).FullName;
        var plan = new BubblewrapLauncher(program, HostTree.Real).Plan(
            new CagePolicy { Workspace = workspace }, new CageCommand { Program = "/bin/sh", Arguments = ["-c", "touch begun; sleep 600"], Timeout = TimeSpan.FromMinutes(1) });
        var filter = plan.Index().First(a => a.Item == "--seccomp").Index;
        return Process.Start(program, plan.Index().Where(a => a.Index > 0 && a.Index != filter && a.Index != filter + 1 && a.Item != "--die-with-parent").Select(a => a.Item));
    }

    private int Running(string name) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _) && File.ReadAllText(Path.Combine(folder, "mountinfo")).Contains(_workspaces[name], StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
