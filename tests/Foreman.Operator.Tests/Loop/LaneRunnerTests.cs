using System.Collections.Concurrent;
using Foreman.Operator.Loop;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Loop;

public sealed class LaneRunnerTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _sent = new();
    private int _told;

    public static TheoryData<string> Lanes => [.. Enum.GetNames<WriteLane>()];

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task One_mirror_is_under_way_at_a_time_and_holds_nothing_else_up()
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var lanes = Runner())
        {
            lanes.Queue(Write(WriteLane.Mirror, "first", slow.Task));
            lanes.Queue(Write(WriteLane.Mirror, "second"));
            lanes.Queue(Write(WriteLane.Explanation, "why"));
            lanes.Queue(Write(WriteLane.Event, "event"));
            await Eventually.TrueAsync(() => _sent.Count == 3, "all but the second mirror");
            Assert.DoesNotContain("second", _sent);
            slow.SetResult();
        }

        Assert.Equal("second", _sent.Last());
    }

    [Fact]
    public async Task A_newer_mirror_of_a_task_replaces_the_one_that_waits()
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var lanes = Runner())
        {
            lanes.Queue(Write(WriteLane.Mirror, "first", slow.Task));
            lanes.Queue(Write(WriteLane.Mirror, "old", key: "task"));
            lanes.Queue(Write(WriteLane.Mirror, "new", key: "task"));
            slow.SetResult();
        }

        Assert.Equal(["first", "new"], _sent);
    }

    [Fact]
    public async Task Refused_events_wait_alone_while_assignments_go_on()
    {
        var isBusy = true;
        await using var lanes = Runner();
        using var end = new Cancelling(_stop);
        lanes.Queue(Refused(WriteLane.Event, "event", () => isBusy));
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "the pause");
        lanes.Queue(Write(WriteLane.Event, "later"));
        lanes.Queue(Write(WriteLane.Assignment, "assigned"));
        lanes.Queue(Write(WriteLane.CleanUp, "deleted"));
        await Eventually.TrueAsync(() => _sent.Count == 2, "the writes of other lanes");
        Assert.False(lanes.IsPaused);
        Assert.Equal(["assigned", "deleted"], _sent.Order(StringComparer.Ordinal));

        isBusy = false;
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(2, _sent.Count);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await Eventually.TrueAsync(() => _sent.Count == 4, "both events");
    }

    [Fact]
    public async Task A_refused_assignment_stops_every_lane()
    {
        var isBusy = true;
        await using var lanes = Runner();
        using var end = new Cancelling(_stop);
        lanes.Queue(Refused(WriteLane.Assignment, "assigned", () => isBusy) with { OnPutBack = () => Interlocked.Increment(ref _told) });
        await Eventually.TrueAsync(() => lanes.IsPaused, "the pause");
        Assert.Equal(1, _told);
        lanes.Queue(Write(WriteLane.Event, "event"));
        Assert.Empty(_sent);

        isBusy = false;
        _time.Advance(TimeSpan.FromSeconds(5));

        await Eventually.TrueAsync(() => _sent.Count == 2, "both writes");
    }

    [Fact]
    public async Task Assignments_that_were_left_out_are_asked_for_when_half_of_their_lane_is_sent()
    {
        var most = Backpressure.MostQueued(WriteLane.Assignment)!.Value;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var lanes = Runner())
        {
            for (var i = 0; i < most + Backpressure.AtOnce; i++)
            {
                lanes.Queue(Write(WriteLane.Assignment, $"t{i}", answer.Task));
            }

            Assert.Equal(0, lanes.RoomIn(WriteLane.Assignment));
            lanes.AwaitRoom();
            Assert.Equal(0, Volatile.Read(ref _told));
            answer.SetResult();
            await Eventually.TrueAsync(() => Volatile.Read(ref _told) == 1, "the call for more");
        }

        Assert.Equal(1, _told);
    }

    [Fact]
    public async Task When_there_is_room_again_by_the_time_what_was_left_out_is_asked_for_at_once()
    {
        await using var lanes = Runner();

        lanes.AwaitRoom();

        Assert.Equal(1, _told);
    }

    [Theory]
    [MemberData(nameof(Lanes))]
    public async Task No_lane_outlives_a_leadership(string name)
    {
        var lane = Enum.Parse<WriteLane>(name);
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lanes = Runner();
        for (var i = 0; i < 100; i++)
        {
            lanes.Queue(Write(lane, $"{i}", slow.Task));
        }

        await Eventually.TrueAsync(() => !_sent.IsEmpty, "a write under way");
        await _stop.CancelAsync();
        var end = lanes.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        slow.SetResult();
        await end.WaitAsync(TestDeadline.Default);

        Assert.InRange(_sent.Count, 1, Backpressure.AtOnce);
        var started = 0;
        lanes.Start = _ => started++;
        lanes.Queue(Write(lane, "late"));
        Assert.Equal(0, started);
    }

    [Theory]
    [InlineData(nameof(WriteLane.Event))]
    [InlineData(nameof(WriteLane.Assignment))]
    public async Task A_leadership_that_ends_in_a_pause_waits_for_no_server(string name)
    {
        var lanes = Runner();
        lanes.Queue(Refused(Enum.Parse<WriteLane>(name), "t", static () => true));
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "the pause");

        await _stop.CancelAsync();

        await lanes.DisposeAsync().AsTask().WaitAsync(TestDeadline.Default);
        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
    }

    private LaneRunner Runner() => new(NullLogger.Instance) { Time = _time, OnRoom = () => Interlocked.Increment(ref _told) };

    private LaneWrite Refused(WriteLane lane, string name, Func<bool> isBusy) => new(
        lane,
        Key: null,
        () =>
        {
            TimeSpan? wait = isBusy() && !_stop.IsCancellationRequested ? TimeSpan.FromSeconds(5) : null;
            if (wait is null)
            {
                _sent.Enqueue(name);
            }

            return Task.FromResult(wait);
        },
        _stop.Token);

    // As the operator's own writes are: sent unless it is told to stop before.
    private LaneWrite Write(WriteLane lane, string name, Task? answer = null, string? key = null) => new(
        lane,
        key,
        async () =>
        {
            if (!_stop.IsCancellationRequested)
            {
                _sent.Enqueue(name);
                await (answer ?? Task.CompletedTask);
            }

            return null;
        },
        _stop.Token);

    // A test that fails leaves the clock standing, and the lanes would wait for the end of a pause.
    private sealed class Cancelling(CancellationTokenSource source) : IDisposable
    {
        public void Dispose() => source.Cancel();
    }
}
