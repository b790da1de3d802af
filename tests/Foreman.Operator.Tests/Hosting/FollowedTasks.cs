using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>Watches what is stored of the tasks of a namespace: whether a host of one slot ever has two of them, and whether one goes on after its end.</summary>
internal sealed class FollowedTasks : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Reflector<AgenticTask> _tasks;
    private readonly Dictionary<string, string> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _hosts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrongs = new();
    private readonly Task _following;

    private FollowedTasks(Reflector<AgenticTask> tasks)
    {
        _tasks = tasks;
        tasks.Store.Subscribe(Look);
        _following = tasks.RunAsync(_stop.Token);
    }

    /// <summary>Each time that two tasks had the slot of a host, or that a task went on after its end.</summary>
    public IReadOnlyCollection<string> Wrongs => _wrongs;

    /// <summary>The tasks as they are stored.</summary>
    public IEnumerable<AgenticTask> All => _tasks.Store.Snapshot().Values;

    /// <summary>Follows the tasks of a namespace, and returns once all of them are known.</summary>
    /// <param name="client">The API.</param>
    /// <param name="space">The namespace.</param>
    public static async Task<FollowedTasks> StartAsync(IKubernetes client, string space)
    {
        var followed = new FollowedTasks(new Reflector<AgenticTask>(client, new ReflectorOptions { Namespaces = [space] }));
        await followed._tasks.Ready;
        return followed;
    }

    /// <summary>How many tasks there are of a sort.</summary>
    /// <param name="which">The sort.</param>
    public int Count(Func<AgenticTask, bool> which) => All.Count(which);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    // Changes come one after the other, in the order in which they were stored.
    private void Look(ResourceEvent<AgenticTask> change)
    {
        var (task, name) = (change.Object, change.Object.Name());
        if (_hosts.Remove(name, out var before))
        {
            _holders.Remove(before);
        }

        if (task.IsTerminal())
        {
            _ended.Add(task.Uid());
        }
        else if (_ended.Contains(task.Uid()))
        {
            _wrongs.Enqueue($"{name} went on after its end");
        }

        if (change.Type == ResourceEventType.Deleted || task.Status.AssignedNode is not { } host || (task.PhaseOrPending() != TaskPhase.Scheduled && task.PhaseOrPending() != TaskPhase.Running))
        {
            return;
        }

        if (_holders.TryAdd(host, name))
        {
            _hosts.Add(name, host);
        }
        else
        {
            _wrongs.Enqueue($"{host} has {_holders[host]} and {name}");
        }
    }
}
