using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Bench.Fleet;

/// <summary>What is waited for.</summary>
/// <param name="What">What the tasks are then, in words.</param>
/// <param name="Count">How many of them.</param>
/// <param name="Which">Whether a task is so.</param>
/// <param name="Patience">How long it may take.</param>
internal sealed record TaskGoal(string What, int Count, Func<AgenticTask, bool> Which, TimeSpan Patience);

/// <summary>Follows the tasks by one watch, and knows when so many of them were seen in some state.</summary>
internal sealed class TaskFollower : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly Reflector<AgenticTask> _tasks;
    private readonly TimeProvider _time;
    private readonly Task _following;

    private TaskFollower(IKubernetes client, TimeProvider time)
    {
        _time = time;
        _tasks = new Reflector<AgenticTask>(client, new ReflectorOptions { Namespaces = [FleetCluster.Space] });
        _following = _tasks.RunAsync(_end.Token);
    }

    /// <summary>The tasks as they were seen last.</summary>
    public IEnumerable<AgenticTask> Tasks => _tasks.Store.Snapshot().Values;

    /// <summary>Starts, and waits until all tasks that are there were seen.</summary>
    public static async Task<TaskFollower> StartAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        var follower = new TaskFollower(cluster.Client, time);
        try
        {
            await follower._tasks.Ready.WaitAsync(stop);
            return follower;
        }
        catch
        {
            await follower.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the operator has said why the task waits.</summary>
    public static bool IsExplained(AgenticTask task) => task.Status.Conditions.IsFalse(ConditionTypes.Scheduled);

    /// <summary>Waits until so many different tasks were seen in a state; those that are in it already count. What is seen from the call on is not missed.</summary>
    /// <param name="goal">What is waited for.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Timestamp of the watch event that showed the last of them.</returns>
    /// <exception cref="TimeoutException">It took longer than the goal's patience.</exception>
    public async Task<long> SeenAsync(TaskGoal goal, CancellationToken stop)
    {
        var reached = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        using var subscription = _tasks.Store.Subscribe(change =>
        {
            // Called for one change after the other.
            if (change.Type != ResourceEventType.Deleted && goal.Which(change.Object) && seen.Add(change.Object.Name()) && Interlocked.Increment(ref count) == goal.Count)
            {
                reached.TrySetResult(_time.GetTimestamp());
            }
        });
        var begun = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await reached.Task.WaitAsync(BetweenLines, _time, stop);
            }
            catch (TimeoutException) when (_time.GetElapsedTime(begun) < goal.Patience)
            {
                FleetProgress.Tell($"  {Volatile.Read(ref count):N0} of {goal.Count:N0} {goal.What}");
            }
            catch (TimeoutException)
            {
                throw new TimeoutException(FormattableString.Invariant(
                    $"waited {goal.Patience.TotalSeconds:0} s in vain for {goal.Count:N0} {goal.What}, saw {Volatile.Read(ref count):N0}; one of the others: {Said(goal)}"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following;
        _end.Dispose();
    }

    private string Said(TaskGoal goal) => Tasks.FirstOrDefault(t => !goal.Which(t)) is { } other
        ? $"{other.Name()} {other.PhaseOrPending()} {string.Join("; ", (other.Status.Conditions ?? []).Select(c => $"{c.Type}={c.Status} {c.Reason}: {c.Message}"))}"
        : "nothing, as there are no others";
}
