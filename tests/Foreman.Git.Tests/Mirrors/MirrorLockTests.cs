using Foreman.Git.Mirrors;
using Foreman.Testing;

namespace Foreman.Git.Tests.Mirrors;

public class MirrorLockTests
{
    [Fact]
    public void A_lock_is_held_by_one_until_it_is_given_back()
    {
        using var folder = new TempFolder();
        using (var first = MirrorLock.TryTake(folder["x.lock"]))
        {
            Assert.NotNull(first);
            Assert.Null(MirrorLock.TryTake(folder["x.lock"]));
        }

        using var second = MirrorLock.TryTake(folder["x.lock"]);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_for_what()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        using var first = MirrorLock.TryTake(folder["x.lock"]);

        var waiting = MirrorLock.TakeAsync(folder["x.lock"], TimeSpan.FromSeconds(1), time, CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return waiting.IsCompleted;
            },
            "the end of the wait");

        var late = await Assert.ThrowsAsync<GitException>(() => waiting);
        Assert.Equal(GitFault.Timeout, late.Fault);
        Assert.Contains("x.lock", late.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no/folder/x.lock")]
    [InlineData("itself.lock")]
    [InlineData("folder.lock")]
    public async Task A_lock_that_can_not_be_made_is_not_waited_for(string name)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["folder.lock"]);
        File.CreateSymbolicLink(folder["itself.lock"], folder["itself.lock"]);

        var refused = await Assert.ThrowsAsync<GitException>(() => MirrorLock.TakeAsync(folder[name], TimeSpan.FromHours(1), TimeProvider.System, CancellationToken.None));

        Assert.Equal(GitFault.Failed, refused.Fault);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }
}
