using Foreman.Testing;

namespace Foreman.AgentLoop.Tests;

public sealed class SignsOfLifeTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task It_is_told_every_30_seconds_until_the_work_has_ended()
    {
        var (work, told) = (new TaskCompletionSource<int>(), 0);
        var waiting = SignsOfLife.DuringAsync(work.Task, () => told++, _clock);

        for (var times = 1; times <= 3; times++)
        {
            await Eventually.TrueAsync(() => _clock.PendingTimers == 1, "the next wait");
            _clock.Advance(SignsOfLife.Interval);
            await Eventually.TrueAsync(() => told == times, $"sign {times}");
        }

        work.SetResult(7);
        Assert.Equal(7, await waiting);
        Assert.Equal((3, 0), (told, _clock.PendingTimers));
    }

    [Fact]
    public async Task What_the_work_throws_is_thrown()
    {
        var work = Task.FromException<int>(new InvalidDataException("no"));

        await Assert.ThrowsAsync<InvalidDataException>(() => SignsOfLife.DuringAsync(work, () => { }, _clock));
        await Assert.ThrowsAsync<InvalidDataException>(() => SignsOfLife.DuringAsync(work, null, _clock));
    }
}
