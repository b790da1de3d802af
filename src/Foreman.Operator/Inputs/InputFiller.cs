using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Inputs;

/// <summary>
/// Puts files into the tasks that wait for nothing else: hosts read no ConfigMaps, and a task's payload can't change once it was
/// assigned. What is missing is looked for again every few seconds, and is said in the task's condition by the scheduler.
/// </summary>
internal sealed class InputFiller : IAsyncDisposable
{
    /// <summary>Time until a missing file is looked for again.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private const int AtOnce = 4;

    private static readonly PatchOptions Writing = new() { FieldManager = ApiGroup.FieldManager };

    private readonly IKubernetes _client;
    private readonly Store<AgenticTask> _tasks;
    private readonly InputSources _sources;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Tried> _tried = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly CancellationTokenSource _end = new();
    private IDisposable? _subscription;
    private Task _run = Task.CompletedTask;

    /// <param name="client">Reads sources and writes tasks.</param>
    /// <param name="tasks">Every task of the cluster.</param>
    /// <param name="sources">Where files come from.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="logger">Told of files that are missing.</param>
    public InputFiller(IKubernetes client, Store<AgenticTask> tasks, InputSources sources, TimeProvider time, ILogger logger) =>
        (_client, _tasks, _sources, _time, _logger) = (client, tasks, sources, time, logger);

    /// <summary>Called when <see cref="Problems"/> has changed; from any thread.</summary>
    public Action OnChange { get; set; } = static () => { };

    /// <summary>What kept files from being fetched, by the UID of the task, at this moment: what was given out never changes.</summary>
    public IReadOnlyDictionary<string, string> Problems => _problems.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Follows the tasks from now on.</summary>
    public void Start()
    {
        _subscription = _tasks.Subscribe(_ => _wake.Writer.TryWrite(true));
        _run = Task.Run(RunAsync);
    }

    /// <summary>Stops, and waits for the writes under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _end.CancelAsync();
        await _run;
        await Task.WhenAll(_underWay.Values);
        _slots.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var again = Look();
                await SleepAsync(again);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }

    // Begins what is due, and says after what time to look again; null when only a change matters.
    private TimeSpan? Look()
    {
        var tasks = _tasks.Snapshot();
        var due = tasks.Values
            .Where(t => t.Spec.Payload.Inputs is { Count: > 0 } && InputPlan.IsDue(t, name => tasks.GetValueOrDefault(new ObjectKey(t.Namespace(), name))))
            .ToDictionary(t => t.Uid(), StringComparer.Ordinal);
        foreach (var uid in _tried.Keys.Concat(_problems.Keys).Where(uid => !due.ContainsKey(uid)).ToArray())
        {
            _tried.TryRemove(uid, out _);
            _problems.TryRemove(uid, out _);
        }

        TimeSpan? again = null;
        foreach (var (uid, task) in due)
        {
            var wait = _tried.TryGetValue(uid, out var tried) && tried.Generation == task.Metadata.Generation ? RetryAfter - _time.GetElapsedTime(tried.At) : TimeSpan.Zero;
            if (wait > TimeSpan.Zero)
            {
                again = again is { } earlier && earlier < wait ? earlier : wait;
            }
            else if (!_underWay.TryGetValue(uid, out var begun) || begun.IsCompleted)
            {
                _underWay[uid] = Task.Run(() => WorkAsync(task));
            }
        }

        return again;
    }

    private async Task SleepAsync(TimeSpan? longest)
    {
        if (longest is null)
        {
            await _wake.Reader.ReadAsync(_end.Token);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        await Task.WhenAny(_wake.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(longest.Value, _time, either.Token));
        await either.CancelAsync();
        _wake.Reader.TryRead(out _);
    }

    private async Task WorkAsync(AgenticTask task)
    {
        try
        {
            await _slots.WaitAsync(_end.Token);
            try
            {
                Note(task, await FillAsync(task));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // It was told to stop, or no longer leads.
        }
        catch (Exception e)
        {
            InputLog.Fault(_logger, e, ObjectKey.Of(task));
            Note(task, $"its files could not be looked for: {e.Message}");
        }
        finally
        {
            _underWay.TryRemove(task.Uid(), out _);
            _wake.Writer.TryWrite(true);
        }
    }

    private void Note(AgenticTask task, string? problem)
    {
        _tried[task.Uid()] = new Tried(task.Metadata.Generation, _time.GetTimestamp());
        if (problem is null)
        {
            _problems.TryRemove(task.Uid(), out _);
        }
        else if (_problems.GetValueOrDefault(task.Uid()) != problem)
        {
            _problems[task.Uid()] = problem;
            InputLog.Missing(_logger, ObjectKey.Of(task), problem);
            OnChange();
        }
    }

    // Null once the task has all of its files, or was changed meanwhile.
    private async Task<string?> FillAsync(AgenticTask task)
    {
        var inputs = task.Spec.Payload.Inputs!;
        var found = new List<FoundInput>();
        var room = InputPlan.Room(inputs);
        foreach (var (index, input) in inputs.Index().Where(i => !i.Item.IsFilled()))
        {
            try
            {
                var file = await _sources.FindAsync(task, index, room, _end.Token);
                if (file.Content is { } content && InputPlan.Mismatch(input, content) is { } mismatch)
                {
                    return $"{InputPlan.At(index, input)}: {mismatch}";
                }

                room -= file.Content?.Length ?? 0;
                found.Add(file);
            }
            catch (InputException e)
            {
                return $"{InputPlan.At(index, input)}: {e.Message}";
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                return $"{InputPlan.At(index, input)}: the API server did not give the file: {e.Message}";
            }
        }

        try
        {
            await _client.PatchMetadataAsync<AgenticTask>(InputPlan.Patch(task, found), task.Name(), task.Namespace(), Writing, _end.Token);
            InputLog.Filled(_logger, ObjectKey.Of(task), found.Count);
            return null;
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound)
        {
            // It was changed or deleted meanwhile, which the watch tells.
            return null;
        }
    }

    private readonly record struct Tried(long? Generation, long At);
}
