using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// A fleet in virtual time: tasks arrive, the scheduler decides by the code of the operator, runs take as long as they are told to take.
/// Hosts don't fail. The same input gives the same result.
/// </summary>
public sealed class FleetSimulation
{
    private readonly SimulationInput _input;
    private readonly Queue<SimulatedTask> _arrivals;
    private readonly Dictionary<string, SimulatedTask> _byUid = new(StringComparer.Ordinal);
    private readonly HashSet<ObjectKey> _upstream;
    private readonly Dictionary<string, FleetNode> _nodes;
    private readonly SortedDictionary<string, AgenticTask> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedRun> _running = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, (TimeSpan At, int Order)> _ends = new();
    private readonly List<SimulatedRun> _runs = [];
    private readonly List<TaskForecast> _ended = [];
    private SchedulerState _state = SchedulerState.Empty;
    private TimeSpan _now;
    private int _order;

    private FleetSimulation(SimulationInput input)
    {
        _input = input;
        SimulatedTask[] arriving = [.. input.Tasks.OrderBy(t => t.At).Index().Select(t => t.Item with { Task = Fresh(t.Item, t.Index) })];
        _arrivals = new(arriving);
        foreach (var task in arriving)
        {
            _byUid.Add(task.Task.Uid(), task);
        }

        _upstream = [.. input.Tasks.SelectMany(t => (t.Task.Spec.DependsOn ?? []).Select(name => new ObjectKey(t.Task.Namespace(), name)))];
        _nodes = input.Nodes.Where(IsLive).ToDictionary(n => n.Name(), StringComparer.Ordinal);
    }

    /// <summary>Plays everything to its end.</summary>
    /// <param name="input">The fleet and its tasks.</param>
    /// <param name="progress">Is told, after each moment, how many tasks have ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static SimulationResult Play(SimulationInput input, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var simulation = new FleetSimulation(input);
        while (simulation.Next() is { } at)
        {
            cancellationToken.ThrowIfCancellationRequested();
            simulation.Step(at);
            progress?.Invoke(simulation._runs.Count + simulation._ended.Count);
        }

        return new(simulation._runs, [.. simulation._ended, .. Forecast.OfQueue(simulation.Snapshot(), simulation.Clock)]);
    }

    private DateTimeOffset Clock => _input.Start + _now;

    private static bool IsLive(FleetNode node) => node.Status?.Conditions.Find(ConditionTypes.Ready) is null or { Status: Conditions.True };

    private static string HolderOf(string node) => $"{node}/1";

    private AgenticTask Fresh(SimulatedTask task, int index) => task.Task with
    {
        Metadata = task.Task.Metadata with
        {
            Uid = string.Create(CultureInfo.InvariantCulture, $"task-{index:0000000}"),
            CreationTimestamp = _input.Start + task.At,
            DeletionTimestamp = null,
        },
        Status = new() { Phase = TaskPhase.Pending },
    };

    private TimeSpan? Next()
    {
        var arrival = _arrivals.TryPeek(out var next) ? next.At : (TimeSpan?)null;
        var end = _ends.TryPeek(out _, out var due) ? due.At : (TimeSpan?)null;
        return arrival is null ? end : end is null || arrival < end ? arrival : end;
    }

    private void Step(TimeSpan at)
    {
        _now = at;
        while (_ends.TryPeek(out var uid, out var due) && due.At <= at)
        {
            _ends.Dequeue();
            End(uid);
        }

        while (_arrivals.TryPeek(out var task) && task.At <= at)
        {
            _arrivals.Dequeue();
            _tasks.Add(task.Task.Uid(), task.Task);
        }

        // What follows a task that ended without a run ends or starts at the same moment.
        while (Decide())
        {
        }
    }

    private bool Decide()
    {
        var plan = Scheduler.Decide(Snapshot(), Clock);
        _state = plan.State;
        var hasEnded = false;
        foreach (var decision in plan.Decisions)
        {
            switch (decision)
            {
                case AssignTask assign:
                    Start(assign);
                    break;
                case CompleteTask complete:
                    hasEnded = true;
                    var why = complete.After.Status.Conditions.Find(ConditionTypes.Completed)!;
                    _ended.Add(new(complete.Task, ForecastOutcome.Never, why.Reason, why.Message));
                    Leave(complete.After);
                    break;
                case TaskDecision explain:
                    _tasks[explain.Task.Uid()] = explain.After;
                    break;
                case ChangeNodeStatus change:
                    // A model may have been loaded within this decision.
                    var node = _nodes[change.Node.Name()];
                    _nodes[change.Node.Name()] = node with { Status = change.After with { Capability = node.Status?.Capability } };
                    break;
                default:
                    break;
            }
        }

        return hasEnded;
    }

    // Runs are not judged by their limits, as the input says how long each takes: to the decision their writes are under way.
    private ClusterSnapshot Snapshot() => new()
    {
        Uptime = _now,
        Nodes = [.. _nodes.Values],
        Leases = [.. _nodes.Keys.Select(n => new V1Lease { Metadata = new() { Name = Labels.LeaseName(n) }, Spec = new() { HolderIdentity = HolderOf(n), RenewTime = Clock } })],
        Tasks = [.. _tasks.Values],
        Unconfirmed = _running.Keys.ToHashSet(StringComparer.Ordinal),
        Agents = _input.Agents,
        InferenceServices = _input.InferenceServices,
        State = _state,
        Settings = _input.Settings,
    };

    private void Start(AssignTask assign)
    {
        var (uid, name) = (assign.Task.Uid(), assign.Assignment.Node);
        var task = _byUid[uid];
        var model = assign.Assignment.Model is { } promised ? _nodes[name].Status?.Capability?.Models?.Where(m => m.Name == promised.Name).MaxBy(m => m.Loaded == true) : null;
        var loads = model is { Loaded: not true };
        if (loads)
        {
            Load(name, model!);
        }

        var runs = task.Speed is > 0 and var measured && model?.DecodeTokensPerSecond is > 0 and var here ? task.Runs * ((double)measured / here) : task.Runs;
        var end = _now + runs + (loads ? _input.ModelLoad : TimeSpan.Zero);
        _tasks[uid] = assign.After with { Status = assign.After.Status with { Phase = TaskPhase.Running, Claim = new() { Holder = HolderOf(name), AcquiredAt = Clock } } };
        _running.Add(uid, new(assign.Task, task.At, _now, end, name, loads));
        _ends.Enqueue(uid, (end, _order++));
    }

    private void Load(string name, ServedModel model)
    {
        var node = _nodes[name];
        var capability = node.Status!.Capability!;
        var models = capability.Models!.Select(m => ReferenceEquals(m, model) ? m with { Loaded = true } : m.Server == model.Server && m.Loaded == true ? m with { Loaded = false } : m);
        _nodes[name] = node with { Status = node.Status with { Capability = capability with { Models = [.. models] } } };
    }

    private void End(string uid)
    {
        _runs.Add(_running[uid]);
        _running.Remove(uid);
        var task = _tasks[uid];
        Leave(task with { Status = task.Status with { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go } });
    }

    // An ended task stays only for those that depend on it.
    private void Leave(AgenticTask ended)
    {
        if (_upstream.Contains(ObjectKey.Of(ended)))
        {
            _tasks[ended.Uid()] = ended;
        }
        else
        {
            _tasks.Remove(ended.Uid());
        }
    }
}
