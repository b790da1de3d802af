using System.Collections.Concurrent;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Workloads.Intake;

/// <summary>Looks at the issues of every Workload with spec.source, again and again for as long as this process leads, and at once when its spec changes.</summary>
/// <param name="round">One look.</param>
/// <param name="interval">Time between two looks, spread by a tenth; longer than zero.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="logger">Told of looks that failed.</param>
internal sealed class IntakeLoop(IntakeRound round, TimeSpan interval, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int AtOnce = 4;

    private readonly ConcurrentDictionary<ObjectKey, Follower> _followers = new();
    private readonly ConcurrentDictionary<Follower, bool> _running = new();
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly CancellationTokenSource _end = new();

    /// <summary>How many Workloads it follows.</summary>
    internal int Followed => _followers.Count;

    /// <summary>Spreads the looks.</summary>
    public int Seed { get; init; }

    /// <summary>Follows a Workload from now on; one that is followed is looked at again when its spec has changed.</summary>
    public void Follow(Workload workload)
    {
        var key = ObjectKey.Of(workload);
        if (_followers.TryGetValue(key, out var known))
        {
            if (known.Uid == workload.Uid())
            {
                known.Wake(workload.Metadata.Generation);
                return;
            }

            Forget(key);
        }

        var follower = new Follower(workload.Uid(), workload.Metadata.Generation, CancellationTokenSource.CreateLinkedTokenSource(_end.Token));
        _followers[key] = follower;
        _running[follower] = true;
        follower.Run = Task.Run(() => RunAsync(key, follower));
    }

    /// <summary>Follows a Workload no more.</summary>
    public void Forget(ObjectKey key)
    {
        if (_followers.TryRemove(key, out var follower))
        {
            follower.Stop.Cancel();
        }
    }

    /// <summary>Stops, and waits for the looks under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_running.Keys.Select(f => f.Run));
        _slots.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync(ObjectKey key, Follower follower)
    {
        using var stop = follower.Stop;
        var (memory, random) = (new IntakeMemory(time), new Random(HashCode.Combine(Seed, key)));
        try
        {
            while (true)
            {
                var goesOn = await LookAsync(key, memory, stop.Token);
                await follower.WaitAsync(goesOn ? interval * (0.9 + (0.2 * random.NextDouble())) : Timeout.InfiniteTimeSpan, time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to stop, or the Workload is gone.
        }
        finally
        {
            _running.TryRemove(follower, out _);
        }
    }

    private async Task<bool> LookAsync(ObjectKey key, IntakeMemory memory, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await round.RunAsync(key, memory, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            IntakeLog.Failed(logger, key, e.Message);
            return true;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>A Workload that is followed.</summary>
    private sealed class Follower(string uid, long? generation, CancellationTokenSource stop)
    {
        private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private long? _generation = generation;

        public string Uid => uid;

        public CancellationTokenSource Stop => stop;

        public Task Run { get; set; } = Task.CompletedTask;

        /// <summary>Ends the wait when the spec is another one than before. One thread at a time calls it.</summary>
        public void Wake(long? generation)
        {
            if (_generation != generation)
            {
                _generation = generation;
                _wake.Writer.TryWrite(true);
            }
        }

        public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = Task.Delay(longest, time, either.Token);
            var wake = _wake.Reader.ReadAsync(either.Token).AsTask();
            await Task.WhenAny(pause, wake);
            await either.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
