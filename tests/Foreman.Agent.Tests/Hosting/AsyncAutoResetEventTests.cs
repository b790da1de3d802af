using Foreman.Agent.Hosting;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Hosting;

public class AsyncAutoResetEventTests
{
    [Fact]
    public async Task A_wait_ends_with_the_time()
    {
        var time = new ManualTimeProvider();
        var wait = new AsyncAutoResetEvent(time).WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);

        await time.WaitForTimersAsync(1);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(wait.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await wait.WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public async Task A_signal_ends_one_wait_even_when_it_came_first()
    {
        var signal = new AsyncAutoResetEvent(new ManualTimeProvider());
        signal.Set();
        signal.Set();

        await signal.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TestDeadline.Default);
        var next = signal.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(next.IsCompleted);
        signal.Set();

        await next.WaitAsync(TestDeadline.Default);
    }
}
