using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>One write of a lane.</summary>
/// <param name="Lane">Its lane.</param>
/// <param name="Key">What it writes to: a newer write to the same replaces it; null when none does.</param>
/// <param name="SendAsync">Sends it, and must not fail. What it gives is how long the server asks to wait when it did not take the write; null when there is nothing to send again.</param>
/// <param name="Stop">Ends what waits: once it is cancelled, <paramref name="SendAsync"/> sends nothing more and returns.</param>
internal sealed record LaneWrite(WriteLane Lane, string? Key, Func<Task<TimeSpan?>> SendAsync, CancellationToken Stop)
{
    /// <summary>Called when the server did not take it, before it is queued again.</summary>
    public Action OnPutBack { get; init; } = static () => { };
}

/// <summary>
/// Sends writes in their lanes, with the bounds of <see cref="Backpressure"/>, for one leadership: when it is disposed of nothing is queued or under way any
/// more, and nothing can be. Safe for use from many threads.
/// </summary>
/// <param name="logger">Log.</param>
internal sealed class LaneRunner(ILogger logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<WriteLane> _crowded = [];
    private readonly WriteLanes<LaneWrite> _lanes = new(
        Backpressure.AtOnce,
        Backpressure.AtOnceBelowFirst,
        Backpressure.MostQueued(WriteLane.Event) ?? int.MaxValue,
        Backpressure.MostQueued(WriteLane.Mirror) ?? int.MaxValue,
        Backpressure.MirrorsAtOnce);

    private TaskCompletionSource? _idle;
    private bool _isClosed;

    /// <summary>Begins a write that may be under way now, and returns; on the thread pool by default. To be set before the first write.</summary>
    public Action<Func<Task>> Start { get; set; } = static write => _ = Task.Run(write);

    /// <summary>Called when decisions that found no room may be made again. To be set before the first write.</summary>
    public Action OnRoom { get; set; } = static () => { };

    /// <summary>Clock of pauses. To be set before the first write.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>True while nothing is sent because the server asked to wait.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_gate)
            {
                return _lanes.IsPaused;
            }
        }
    }

    /// <summary>How many more writes may be queued in a lane.</summary>
    /// <param name="lane">The lane.</param>
    public int RoomIn(WriteLane lane)
    {
        lock (_gate)
        {
            return Backpressure.Room(lane, _lanes.QueuedIn(lane));
        }
    }

    /// <summary>Queues a write; does nothing once this was disposed of.</summary>
    /// <param name="write">The write.</param>
    public void Queue(LaneWrite write)
    {
        bool dropped;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            dropped = _lanes.Add(write.Lane, write.Key, write);
            if (Backpressure.LeavesOut(write.Lane) && IsCrowded(write.Lane))
            {
                _crowded.Add(write.Lane);
            }

            StartWhatMay();
        }

        SayDropped(write.Lane, dropped);
    }

    /// <summary>Decisions were left out: <see cref="OnRoom"/> is called when there is room, which may be at once.</summary>
    public void AwaitRoom()
    {
        lock (_gate)
        {
            if (_crowded.Count > 0)
            {
                return;
            }
        }

        OnRoom();
    }

    /// <summary>A write has arrived, so more may be under way at once after a refusal.</summary>
    public void Quicken()
    {
        lock (_gate)
        {
            _lanes.Quicken();
        }
    }

    /// <summary>Waits until nothing is queued or under way. Before it, everything is to be told to stop, unless it shall be sent.</summary>
    public async ValueTask DisposeAsync()
    {
        Task idle;
        lock (_gate)
        {
            _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
            CloseWhenIdle();
        }

        await idle;
    }

    private bool IsCrowded(WriteLane lane) => Backpressure.IsCrowded(lane, _lanes.QueuedIn(lane));

    private void StartWhatMay()
    {
        while (_lanes.TryTake(out _, out var write))
        {
            Start(() => RunAsync(write));
        }
    }

    private async Task RunAsync(LaneWrite write)
    {
        bool room;
        try
        {
            if (await write.SendAsync() is { } asked)
            {
                Pause(write, asked);
            }
        }
        finally
        {
            lock (_gate)
            {
                _lanes.Done(write.Lane);
                StartWhatMay();
                room = _crowded.RemoveWhere(l => !IsCrowded(l)) > 0;
                CloseWhenIdle();
            }
        }

        if (room)
        {
            OnRoom();
        }
    }

    private void CloseWhenIdle()
    {
        if (_idle is { } idle && _lanes.IsIdle)
        {
            _isClosed = true;
            idle.TrySetResult();
        }
    }

    /// <summary>Queues a write again that the server did not take, and sends nothing, or nothing of its lane, for as long as it asks.</summary>
    private void Pause(LaneWrite write, TimeSpan asked)
    {
        var (wait, alone) = (Backpressure.Pause(asked), Backpressure.WaitsAlone(write.Lane));
        Task? over = null;
        bool dropped;
        lock (_gate)
        {
            write.OnPutBack();
            dropped = _lanes.PutBack(write.Lane, write.Key, write);
            if (BeginPause(write.Lane, alone))
            {
                // Whoever sees the pause may rely on its clock running.
                over = Task.Delay(wait, Time, write.Stop);
            }
        }

        SayDropped(write.Lane, dropped);
        if (over is not null)
        {
            SayPaused(write.Lane, alone, wait);
            _ = ResumeAsync(over, alone ? write.Lane : null);
        }
    }

    // False when what is to pause does so already.
    private bool BeginPause(WriteLane lane, bool alone)
    {
        if (alone)
        {
            return _lanes.WaitAlone(lane, waits: true);
        }

        if (_lanes.IsPaused)
        {
            return false;
        }

        _lanes.IsPaused = true;
        _lanes.Slow();
        return true;
    }

    // Told to stop, what is queued ends at once by its own token.
    private async Task ResumeAsync(Task over, WriteLane? alone)
    {
        await over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (alone is { } lane)
            {
                _lanes.WaitAlone(lane, waits: false);
            }
            else
            {
                _lanes.IsPaused = false;
            }

            StartWhatMay();
        }
    }

    private void SayPaused(WriteLane lane, bool alone, TimeSpan wait)
    {
        if (alone)
        {
            LoopLog.LanePaused(logger, wait.TotalSeconds, lane);
        }
        else
        {
            LoopLog.Paused(logger, wait.TotalSeconds);
        }
    }

    private void SayDropped(WriteLane lane, bool dropped)
    {
        if (dropped)
        {
            LoopLog.Dropped(logger, Backpressure.MostQueued(lane) ?? 0, lane);
        }
    }
}
