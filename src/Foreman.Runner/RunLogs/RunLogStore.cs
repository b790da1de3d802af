using System.Buffers;
using System.Threading.Channels;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.RunLogs;

/// <summary>
/// A transcript as immutable segments in the cluster, owned by the task. A segment that can't be stored never fails the
/// run: it is tried again in the background, and what can't be stored at all is reported once. It throws nothing.
/// </summary>
internal sealed class RunLogStore : ITranscriptStore, IAsyncDisposable
{
    /// <summary>Most bytes of one attempt in the cluster.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    // A flush waits for the API server, but a run must not stand still with it.
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BackgroundTimeout = TimeSpan.FromMinutes(2);

    private readonly IKubernetes _kubernetes;
    private readonly Attempt _attempt;
    private readonly TimeProvider _time;
    private readonly Jitter _jitter;
    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly HashSet<string> _contents = new(StringComparer.Ordinal);
    private readonly Channel<Segment> _segments = Channel.CreateUnbounded<Segment>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _end = new();
    private readonly Task _pump;
    private Task _lastStored = Task.CompletedTask;
    private int _next;
    private long _bytes;
    private volatile bool _closed;
    private volatile bool _isFailing;

    public RunLogStore(IKubernetes kubernetes, Attempt attempt, TimeProvider time, Jitter jitter, ILogger logger)
    {
        (_kubernetes, _attempt, _time, _jitter, _logger) = (kubernetes, attempt, time, jitter, logger);
        _pump = Task.Run(PumpAsync);
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return ValueTask.CompletedTask;
        }

        try
        {
            var slim = LargeContent.Split(record, out var contents);
            foreach (var content in contents)
            {
                AppendContent(content, record);
            }

            AppendLine(slim);
        }
        catch (Exception e)
        {
            Close(e.Message);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        CutOrClose();
        if (!_isFailing)
        {
            await WaitAsync(_lastStored, FlushTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stores what is left; what the API server does not take in a few seconds goes on in the background for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        CutOrClose();
        _segments.Writer.TryComplete();
        await WaitAsync(_pump, CloseTimeout, CancellationToken.None).ConfigureAwait(false);
        _ = EndInBackgroundAsync();
    }

    private async Task EndInBackgroundAsync()
    {
        await WaitAsync(_pump, BackgroundTimeout, CancellationToken.None).ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _end.Dispose();
    }

    private void AppendLine(TranscriptRecord record)
    {
        if (_closed)
        {
            return;
        }

        TranscriptLine.Write(record, _buffer);
        if (_buffer.WrittenCount >= RunLogPacker.MaxTextBytes)
        {
            Cut();
        }
    }

    private void AppendContent(SideContent content, TranscriptRecord owner)
    {
        if (!_contents.Add(content.Ref.Sha256))
        {
            return;
        }

        foreach (var part in ContentParts.Of(content))
        {
            AppendLine(part with { At = owner.At, Turn = owner.Turn });
        }
    }

    private void CutOrClose()
    {
        try
        {
            Cut();
        }
        catch (Exception e)
        {
            Close(e.Message);
        }
    }

    private void Cut()
    {
        if (_buffer.WrittenCount == 0)
        {
            return;
        }

        var segments = RunLogPacker.Pack(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        foreach (var packed in segments)
        {
            if (_closed || (_bytes += packed.Data.Length) > MaxBytes)
            {
                Close($"it exceeds {MaxBytes >> 20} MiB, so a rescue can go on on this host only");
                return;
            }

            var segment = new Segment(LogOf(packed), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _lastStored = segment.Stored.Task;
            _segments.Writer.TryWrite(segment);
        }
    }

    private RunLog LogOf(PackedText packed)
    {
        var seq = _next++;
        return new RunLog
        {
            Metadata = new V1ObjectMeta
            {
                Name = Labels.RunLogName(_attempt.Uid, _attempt.Number, seq),
                NamespaceProperty = _attempt.Namespace,
                Labels = new Dictionary<string, string> { [Labels.TranscriptUid] = _attempt.Uid },
                OwnerReferences = [_attempt.Task.AsOwner()],
            },
            Spec = new RunLogSpec
            {
                TaskRef = new RunLogTask { Name = _attempt.Name, Uid = _attempt.Uid },
                Attempt = _attempt.Number,
                Seq = seq,
                Writer = _attempt.Holder,
                Node = _attempt.Task.Status.Placement is { IsOnHost: true } ? _attempt.Task.Status.AssignedNode : null,
                Codec = packed.Codec,
                Data = packed.Data,
            },
        };
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var segment in _segments.Reader.ReadAllAsync(_end.Token).ConfigureAwait(false))
            {
                if (!_closed)
                {
                    await StoreOrCloseAsync(segment.Log).ConfigureAwait(false);
                }

                segment.Stored.TrySetResult();
            }
        }
        catch (Exception e)
        {
            Close(_end.IsCancellationRequested ? "the API server did not take it in time" : e.Message);
        }
    }

    private async Task StoreOrCloseAsync(RunLog log)
    {
        try
        {
            await StoreAsync(log).ConfigureAwait(false);
        }
        catch (Exception e) when (!_end.IsCancellationRequested)
        {
            Close(e.Message);
        }
    }

    private async Task StoreAsync(RunLog log)
    {
        var isTaken = false;
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (isTaken)
                {
                    await CloseIfForeignAsync(log).ConfigureAwait(false);
                }
                else
                {
                    await _kubernetes.CreateAsync(log, new WriteOptions { FieldManager = ApiGroup.FieldManager }, _end.Token).ConfigureAwait(false);
                }

                _isFailing = false;
                return;
            }
            catch (KubernetesException e) when (e.IsAlreadyExists && !isTaken)
            {
                isTaken = true;
            }
            catch (KubernetesException e) when (!e.IsOverloaded && (int)e.StatusCode < 500)
            {
                Close(e.Message);
                return;
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                _isFailing = true;
                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), _jitter.Next()), _time, _end.Token).ConfigureAwait(false);
            }
        }
    }

    // A try before this one may have arrived and its answer was lost; a host may also store a segment of its own under any name.
    private async Task CloseIfForeignAsync(RunLog log)
    {
        var there = await _kubernetes.TryReadAsync<RunLog>(log.Metadata.Name ?? "", log.Metadata.NamespaceProperty, _end.Token).ConfigureAwait(false);
        if (there is { Spec: var spec } && (spec.Writer != log.Spec.Writer || spec.Node != log.Spec.Node || spec.Data != log.Spec.Data))
        {
            Close($"{log.Metadata.Name} was stored by {(spec.Node is { Length: > 0 } node ? $"the host {node}" : spec.Writer)}, so a rescue can go on on this host only");
        }
    }

    private void Close(string why)
    {
        if (!_closed)
        {
            _closed = true;
            _logger.TranscriptIncomplete(_attempt, why);
        }
    }

    private async Task WaitAsync(Task task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The pump goes on by itself.
        }
        catch (Exception e)
        {
            Close(e.Message);
        }
    }

    private sealed record Segment(RunLog Log, TaskCompletionSource Stored);
}
