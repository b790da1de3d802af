using System.Text.Json;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Runner.Fencing;
using Foreman.Runner.Stops;

namespace Foreman.Runner.Progress;

/// <summary>Writes where a run stands, as often as the pacer allows; of several reports in between, the last counts.</summary>
internal sealed class ProgressWriter : IAsyncDisposable
{
    // A write that takes longer is dropped: the next turn says more.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<TaskProgress> _reports =
        Channel.CreateBounded<TaskProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly CancellationTokenSource _end = new();
    private readonly Attempt _attempt;
    private readonly FencedWriter _writer;
    private readonly StopMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly int _objectBytes;
    private readonly Task _pump;

    public ProgressWriter(Attempt attempt, FencedWriter writer, StopMonitor monitor, TimeProvider time)
    {
        (_attempt, _writer, _monitor, _time) = (attempt, writer, monitor, time);
        _objectBytes = JsonSerializer.SerializeToUtf8Bytes(attempt.Task, ApiJson.Default.AgenticTask).Length;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>A turn has ended. Returns at once.</summary>
    public void Report(TaskProgress progress) => _reports.Writer.TryWrite(progress);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reports.Writer.TryComplete();
        await _end.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task PumpAsync()
    {
        var last = _attempt.ClaimedAt ?? _time.GetUtcNow();
        try
        {
            while (await _reports.Reader.WaitToReadAsync(_end.Token).ConfigureAwait(false))
            {
                var wait = ProgressPacer.Decide(_time.GetUtcNow(), last, _objectBytes);
                await Task.Delay(wait, _time, _end.Token).ConfigureAwait(false);
                if (_reports.Reader.TryRead(out var report))
                {
                    last = _time.GetUtcNow();
                    await WriteAsync(report, last).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The run is over: the final write says all that is left to say.
        }
    }

    private async Task WriteAsync(TaskProgress report, DateTimeOffset now)
    {
        var progress = report with { Model = _attempt.Task.Status.Model?.Name, UpdatedAt = now };
        var write = new FencedWrite(WriteKind.Progress, _attempt, TaskWrites.Progress(_attempt.Number, _attempt.Holder, progress));
        var outcome = await _writer.WriteAsync(write, WriteTimeout, _end.Token).ConfigureAwait(false);
        if (outcome.Kind == WriteOutcomeKind.Fenced)
        {
            _monitor.Fenced(outcome.Message);
        }
    }
}
