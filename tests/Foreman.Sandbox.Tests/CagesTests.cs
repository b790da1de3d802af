using Foreman.Sandbox.Bubblewrap;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class CagesTests
{
    [Fact]
    public async Task A_host_without_a_temporary_folder_has_no_cage_and_goes_on()
    {
        var candidates = Cages.OfHost();
        Assert.SkipWhen(candidates.Count == 0, "this host has no sandbox to try");

        var (cage, reason) = await Cages.FindAsync(candidates, TimeProvider.System, () => throw new IOException("Read-only file system"), CancellationToken.None);

        Assert.Null(cage);
        Assert.Contains("Read-only file system", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_bubblewrap_does_not_work_Landlock_is_taken_and_both_reasons_are_told(bool ordinary)
    {
        using var harness = new LandlockHarness(ordinary);
        using var folder = new TempFolder();
        var denied = folder.WriteScript("bwrap", "echo 'bwrap: No permissions to create new namespace' >&2\nexit 1");

        var (cage, reason) = await Cages.FindAsync([new BubblewrapLauncher(denied, HostTree.Real), harness.Launcher], TimeProvider.System, harness.NewFolder, CancellationToken.None);

        Assert.Equal(CageMode.Reduced, cage?.Mode);
        Assert.StartsWith(harness.Launcher.Reason!, reason, StringComparison.Ordinal);
        Assert.Contains("Full isolation does not work here: bwrap: No permissions to create new namespace", reason, StringComparison.Ordinal);
    }
}
