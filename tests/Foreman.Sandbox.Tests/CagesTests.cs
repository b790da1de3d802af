namespace Foreman.Sandbox.Tests;

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
}
