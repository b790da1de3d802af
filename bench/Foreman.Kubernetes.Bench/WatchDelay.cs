using System.Collections.Concurrent;
using Foreman.Api;

namespace Foreman.Kubernetes.Bench;

/// <summary>
/// From the moment in which an event is written to the socket until a handler of the store has it. The kernel's way over
/// loopback is in it, so the library's own part is shorter.
/// </summary>
internal static class WatchDelay
{
    private const int WarmUp = 500;
    private const int Events = 5000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    public static async Task<IReadOnlyList<Finding>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        using var server = new FeedServer(1000);
        using var client = new KubernetesClient(server.Configuration);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reflector = new Reflector<AgenticTask>(client);
        var running = reflector.RunAsync(end.Token);
        await reflector.Ready.WaitAsync(stop);
        var sent = new ConcurrentDictionary<string, long>();
        var delays = new ConcurrentQueue<double>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = reflector.Store.Subscribe(change =>
        {
            if (sent.TryRemove(change.Object.ResourceVersion() ?? "", out var started))
            {
                delays.Enqueue(time.GetElapsedTime(started).TotalMilliseconds);
                if (delays.Count == WarmUp + Events)
                {
                    done.TrySetResult();
                }
            }
        });
        await WriteAsync(await server.Watched.WaitAsync(stop), sent, time, stop);
        await done.Task.WaitAsync(TimeSpan.FromMinutes(1), time, stop);
        await end.CancelAsync();
        await running;
        var counted = delays.Skip(WarmUp).ToArray();
        return
        [
            Finding.AtMost("watch: socket to handler, 99th percentile", Series.Quantile(counted, 0.99), "ms", 2),
            new("watch: socket to handler, median", Series.Median(counted), "ms"),
        ];
    }

    private static async Task WriteAsync(System.Net.Sockets.NetworkStream stream, ConcurrentDictionary<string, long> sent, TimeProvider time, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(Pace, time);
        for (var i = 0; i < WarmUp + Events && await pace.WaitForNextTickAsync(stop); i++)
        {
            var version = 2_000_000 + i;
            var bytes = FeedServer.Event("MODIFIED", TaskText.One(i % 1000, version));
            sent[version.ToString(System.Globalization.CultureInfo.InvariantCulture)] = time.GetTimestamp();
            await stream.WriteAsync(bytes, stop);
        }
    }
}
