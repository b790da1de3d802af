using System.Collections.Concurrent;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Bench;

/// <summary>Times tasks on an idle fleet, one after the other, each beside a bare round trip of the same API server.</summary>
internal sealed class Latency : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Marks> _marks = new();
    private readonly CancellationTokenSource _end = new();
    private readonly IKubernetes _client;
    private readonly string _space;
    private readonly TimeProvider _time;
    private readonly Task[] _watches;

    public Latency(IKubernetes client, string space, TimeProvider time)
    {
        (_client, _space, _time) = (client, space, time);
        _watches = [WatchTasksAsync(), WatchConfigMapsAsync()];
    }

    /// <summary>Measures; the first tenth warms everything up and does not count.</summary>
    public async Task<ServerReport> MeasureAsync(string server, int tasks, CancellationToken stop)
    {
        var warmUp = Math.Max(5, tasks / 10);
        var (running, ended, trips) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < warmUp + tasks; i++)
        {
            var trip = await RoundTripAsync(Name("trip", i), stop);
            var marks = await TaskAsync(Name("task", i), stop);
            if (i >= warmUp)
            {
                trips.Add(trip);
                running.Add(marks.Running);
                ended.Add(marks.Ended);
            }
        }

        return new ServerReport(server)
        {
            CreateToRunning = Percentiles.Of(running),
            CreateToEnded = Percentiles.Of(ended),
            RoundTrip = Percentiles.Of(trips),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_watches);
        _end.Dispose();
    }

    private static string Name(string word, int number) => string.Create(CultureInfo.InvariantCulture, $"{word}-{number}");

    private async Task<TimeSpan> RoundTripAsync(string name, CancellationToken stop)
    {
        var marks = _marks[name] = new Marks();
        var started = _time.GetTimestamp();
        await _client.CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = _space } }, cancellationToken: stop);
        return _time.GetElapsedTime(started, await SeenAsync(marks.Seen, "the ConfigMap's watch event", stop));
    }

    private async Task<(TimeSpan Running, TimeSpan Ended)> TaskAsync(string name, CancellationToken stop)
    {
        var marks = _marks[name] = new Marks();
        var task = new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = _space },
            Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Say hello" }, Placement = Placement.Node },
        };
        var started = _time.GetTimestamp();
        await _client.CreateAsync(task, cancellationToken: stop);
        var running = await SeenAsync(marks.Running, $"task {name} to be Running", stop);
        var ended = await SeenAsync(marks.Ended, $"task {name} to end", stop);
        return (_time.GetElapsedTime(started, running), _time.GetElapsedTime(started, ended));
    }

    private async Task<long> SeenAsync(TaskCompletionSource<long> mark, string what, CancellationToken stop)
    {
        try
        {
            return await mark.Task.WaitAsync(Patience, _time, stop);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited {Patience.TotalSeconds:0} s in vain for {what}; its conditions: {await ConditionsAsync()}");
        }
    }

    private async Task<string> ConditionsAsync()
    {
        var tasks = await _client.ListAsync<AgenticTask>(_space);
        return string.Join("; ", tasks.Items.Where(t => !t.IsTerminal()).SelectMany(t => t.Status.Conditions ?? []).Select(c => $"{c.Type}={c.Status} {c.Reason}: {c.Message}"));
    }

    private Task WatchTasksAsync() => WatchAsync<AgenticTask>((task, marks, now) =>
    {
        if (task.PhaseOrPending() == TaskPhase.Running || task.IsTerminal())
        {
            marks.Running.TrySetResult(now);
        }

        if (task.IsTerminal())
        {
            marks.Ended.TrySetResult(now);
        }
    });

    private Task WatchConfigMapsAsync() => WatchAsync<V1ConfigMap>((_, marks, now) => marks.Seen.TrySetResult(now));

    private async Task WatchAsync<T>(Action<T, Marks, long> seen)
        where T : class, IResource<T>
    {
        try
        {
            while (true)
            {
                await foreach (var change in _client.WatchAsync<T>(_space, new WatchOptions(), _end.Token))
                {
                    if (change.Type is WatchEventType.Added or WatchEventType.Modified && _marks.TryGetValue(change.Object.Name(), out var marks))
                    {
                        seen(change.Object, marks, _time.GetTimestamp());
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private sealed record Marks
    {
        public TaskCompletionSource<long> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<long> Running { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<long> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
