using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Fakes;

/// <summary>AgenticTasks in memory, under the contract of <see cref="IScheduledObjects"/>.</summary>
internal sealed class ObjectsInMemory(TimeProvider time) : IScheduledObjects
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, AgenticTask> _tasks = [];
    private readonly List<AgenticTask> _created = [];
    private readonly List<string> _cancelled = [];

    /// <summary>What a creation fails with; null for not at all.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Called before a task is made and after it was.</summary>
    public Action<bool>? Creating { get; set; }

    /// <summary>Waited for before a task is made.</summary>
    public Func<Task>? BeforeCreate { get; set; }

    /// <summary>All tasks that were made, in order, those that are gone included.</summary>
    public IReadOnlyList<AgenticTask> Created
    {
        get
        {
            lock (_gate)
            {
                return [.. _created];
            }
        }
    }

    /// <summary>Names of the tasks that are there.</summary>
    public IReadOnlyList<string> There
    {
        get
        {
            lock (_gate)
            {
                return [.. _tasks.Keys.Select(k => k.Name).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Names of the tasks that were cancelled, each time.</summary>
    public IReadOnlyList<string> Cancelled => _cancelled;

    /// <summary>Ends every task that runs, after 90 s.</summary>
    /// <param name="verdict">Null for a failure.</param>
    public void EndAll(Verdict? verdict)
    {
        lock (_gate)
        {
            foreach (var (key, task) in _tasks.Where(t => !t.Value.IsTerminal()).ToArray())
            {
                _tasks[key] = task with
                {
                    Status = new()
                    {
                        Phase = verdict is null ? TaskPhase.Failed : TaskPhase.Succeeded,
                        Verdict = verdict,
                        FailureReason = verdict is null ? FailureReason.Timeout : null,
                        StartedAt = time.GetUtcNow() - TimeSpan.FromSeconds(90),
                        FinishedAt = time.GetUtcNow(),
                    },
                };
            }
        }
    }

    /// <summary>Deletes every task, as people may.</summary>
    public void DeleteAll()
    {
        lock (_gate)
        {
            _tasks.Clear();
        }
    }

    public Task<IReadOnlyList<FiredObject>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<FiredObject>>([.. _tasks.Values.Select(t => FiredObject.Of(t)).OfType<FiredObject>()]);
        }
    }

    public async Task CreateAsync(ScheduledFire fire, CancellationToken cancellationToken)
    {
        Creating?.Invoke(false);
        await (BeforeCreate?.Invoke() ?? Task.CompletedTask);
        if (Failure is { } failure)
        {
            throw failure;
        }

        lock (_gate)
        {
            var key = new ObjectKey(fire.Schedule.Namespace, fire.Name);
            if (_tasks.TryAdd(key, fire.Task!))
            {
                _created.Add(fire.Task!);
            }
        }

        Creating?.Invoke(true);
    }

    public Task CancelAsync(ObjectKey obj, CancellationToken cancellationToken)
    {
        _cancelled.Add(obj.Name);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(ObjectKey obj, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _tasks.Remove(obj);
        }

        return Task.CompletedTask;
    }
}
