using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Stops;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Progress;

/// <summary>
/// Writes where a run stands, as often as the pacer allows; of several reports in between, the last counts. No fault of a
/// write reaches the run: the next report is tried again. It throws nothing.
/// </summary>
internal sealed class ProgressWriter : IAsyncDisposable
{
    /// <summary>How long a host may go on with a task that it may not write any more.</summary>
    internal static readonly TimeSpan ForbiddenLimit = TimeSpan.FromMinutes(5);

    // A write that takes longer is dropped: the next report says as much or more.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    // Of the end of a write that is told to stop.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // Taken for the size of a task that can't be measured.
    private const int UnknownBytes = 64 * 1024;

    private readonly Channel<TaskProgress> _reports =
        Channel.CreateBounded<TaskProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly CancellationTokenSource _end = new();
    private readonly Attempt _attempt;
    private readonly FencedWriter _writer;
    private readonly StopMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _pump;
    private long? _forbiddenSince;
    private IReadOnlyList<V1Condition> _conditions;

    public ProgressWriter(Attempt attempt, FencedWriter writer, StopMonitor monitor, TimeProvider time, ILogger logger)
    {
        (_attempt, _writer, _monitor, _time, _logger) = (attempt, writer, monitor, time, logger);
        _conditions = attempt.Task.Status.Conditions ?? [];
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>A turn has ended, or goes on. Returns at once.</summary>
    public void Report(TaskProgress progress) => _reports.Writer.TryWrite(progress);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reports.Writer.TryComplete();
        await _end.CancelAsync().ConfigureAwait(false);

        // The clock of the machine: this bound must hold whatever a write waits for.
        await Task.WhenAny(_pump, Task.Delay(CloseTimeout, TimeProvider.System, CancellationToken.None)).ConfigureAwait(false);
        if (_pump.IsCompleted)
        {
            _end.Dispose();
        }
    }

    private async Task PumpAsync()
    {
        var bytes = SizeOrGuess();
        var last = _attempt.ClaimedAt;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                if (!await _reports.Reader.WaitToReadAsync(_end.Token).ConfigureAwait(false))
                {
                    return;
                }

                var wait = ProgressPacer.Decide(_time.GetUtcNow(), last ?? _time.GetUtcNow(), bytes);
                await Task.Delay(wait, _time, _end.Token).ConfigureAwait(false);
                if (_reports.Reader.TryRead(out var report))
                {
                    last = _time.GetUtcNow();
                    await WriteAsync(report, last.Value).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // The run is over: the final write says all that is left to say.
            }
            catch (Exception e)
            {
                // Without the report that failed, so that the same fault can't be met again without end.
                _ = _reports.Reader.TryRead(out _);
                _logger.ProgressNotWritten(e, _attempt);
            }
        }
    }

    private async Task WriteAsync(TaskProgress report, DateTimeOffset now)
    {
        var progress = report with { Model = _attempt.Task.Status.Model?.Name, UpdatedAt = now };
        var conditions = McpReport.ConditionsWith(WaitReport.ConditionsWith(_conditions, progress.Waiting, _attempt.Generation, now), progress.McpFaults, _attempt, now);
        var changed = ReferenceEquals(conditions, _conditions) ? null : conditions;
        var write = new FencedWrite(WriteKind.Progress, _attempt, TaskWrites.Progress(_attempt.Number, _attempt.Holder, progress, changed));
        var outcome = await _writer.WriteAsync(write, WriteTimeout, _end.Token).ConfigureAwait(false);
        _conditions = outcome.Kind == WriteOutcomeKind.Stored ? conditions : _conditions;
        if (outcome.Kind == WriteOutcomeKind.Fenced)
        {
            _monitor.Fenced(outcome.Message);
            return;
        }

        _forbiddenSince = outcome.IsForbidden ? _forbiddenSince ?? _time.GetTimestamp() : null;
        if (_forbiddenSince is { } since && _time.GetElapsedTime(since) >= ForbiddenLimit)
        {
            _monitor.Fenced($"this host may not write the task any more: {outcome.Message}");
        }
    }

    /// <summary>Size of a task as the API server stores it: characters of other languages are not escaped there.</summary>
    /// <param name="task">The task.</param>
    internal static int SizeOf(AgenticTask task)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(json, task, ApiJson.Default.AgenticTask);
        }

        return buffer.WrittenCount;
    }

    private int SizeOrGuess()
    {
        try
        {
            return SizeOf(_attempt.Task);
        }
        catch (Exception e)
        {
            _logger.ProgressNotWritten(e, _attempt);
            return UnknownBytes;
        }
    }
}
