namespace Foreman.Kubernetes.Tests.Watching;

public sealed class VersionWaitersTests
{
    private readonly VersionWaiters _waiters = new();

    [Fact]
    public async Task A_version_that_has_been_reached_is_not_waited_for()
    {
        _waiters.SetReached("12");

        await _waiters.WaitAsync("9", default);
        await _waiters.WaitAsync("12", default);
    }

    [Fact]
    public async Task A_wait_ends_with_the_first_version_that_is_not_older()
    {
        var waiting = _waiters.WaitAsync("100", default);

        _waiters.SetReached("99");
        Assert.False(waiting.IsCompleted);
        _waiters.SetReached("101");

        await waiting;
    }

    [Fact]
    public void Before_the_first_list_everything_is_waited_for() => Assert.False(_waiters.WaitAsync("1", default).IsCompleted);

    [Fact]
    public void Versions_that_are_no_numbers_are_reached_only_by_themselves()
    {
        _waiters.SetReached("b");

        Assert.False(_waiters.WaitAsync("a", default).IsCompleted);
        Assert.True(_waiters.WaitAsync("b", default).IsCompleted);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var enough = new CancellationTokenSource();
        var waiting = _waiters.WaitAsync("1", enough.Token);

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
