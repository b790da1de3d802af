using Foreman.Operator.Runs;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Runs;

[Trait("Kind", "15")]
public class OutboxReplayTests
{
    [Fact]
    public async Task A_replay_that_takes_for_ever_holds_nothing_up_and_ends_with_the_operator()
    {
        var begun = false;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var replay = OutboxReplay.Start(
            async stop =>
            {
                begun = true;
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                finally
                {
                    ended.SetResult();
                }
            },
            NullLogger.Instance,
            CancellationToken.None);
        Assert.True(begun);

        await replay.DisposeAsync();

        Assert.True(ended.Task.IsCompleted);
    }

    [Fact]
    public async Task A_replay_that_fails_is_told_and_nothing_else()
    {
        await using var replay = OutboxReplay.Start(_ => throw new InvalidDataException("the UID is no UUID"), NullLogger.Instance, CancellationToken.None);
    }

    [Fact]
    public async Task It_is_given_up_when_the_operator_is_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var replay = OutboxReplay.Start(
            async cancel =>
            {
                using var registration = cancel.Register(ended.SetResult);
                await Task.Delay(Timeout.Infinite, cancel);
            },
            NullLogger.Instance,
            stop.Token);

        await stop.CancelAsync();

        await ended.Task.WaitAsync(TestDeadline.Default);
    }
}
