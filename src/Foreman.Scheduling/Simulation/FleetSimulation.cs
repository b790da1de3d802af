using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// A fleet in virtual time: tasks arrive, the scheduler decides by the code of the operator, runs take as long and use as many tokens as they are told to.
/// Hosts don't fail. The same input gives the same result. Ended runs count for weights and quotas where there are some, and are forgotten where there are none.
/// </summary>
public sealed class FleetSimulation
{
    /// <summary>The longest virtual time that is played: ten years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3653);

    private readonly SimulationInput _input;
    private readonly Queue<SimulatedTask> _arrivals;
    private readonly Dictionary<string, SimulatedTask> _byUid = new(StringComparer.Ordinal);
    private readonly HashSet<ObjectKey> _names;
    private readonly Dictionary<ObjectKey, int> _dependents;
    private readonly Dictionary<ObjectKey, (string Uid, TimeSpan At)> _upstream = [];
    private readonly Dictionary<string, FleetNode> _nodes;
    private readonly SortedDictionary<string, AgenticTask> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SimulatedRun Run, string? Model)> _running = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, (TimeSpan At, int Order)> _ends = new();
    private readonly List<SimulatedRun> _runs = [];
    private readonly List<TaskForecast> _ended = [];
    private readonly EndedTasks _counting;
    private readonly QuotaWaits _quotaWaits = new();
    private Func<SimulatedRun, bool>? _onStart;
    private bool _isOver;
    private SchedulerState _state = SchedulerState.Empty;
    private TimeSpan _now;
    private TimeSpan? _quotaFreesAt;
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

        _names = [.. input.Tasks.Select(t => ObjectKey.Of(t.Task))];
        _dependents = input.Tasks.SelectMany(t => Upstream(t.Task)).CountBy(key => key).ToDictionary();
        _nodes = input.Nodes.Where(IsLive).ToDictionary(n => n.Name(), StringComparer.Ordinal);
        _counting = new(input.Quotas, input.Settings.FairShare, input.Tasks.Select(t => QueueKey.Of(t.Task)).Distinct().Skip(1).Any());
        if (_counting.Counts)
        {
            Remember(input.Ended);
        }
    }

    /// <summary>Plays everything to its end.</summary>
    /// <param name="input">The fleet and its tasks.</param>
    /// <param name="progress">Is told, after each moment, how many tasks have ended.</param>
    /// <param name="onStart">Is told of each run that starts; once it gives false nothing more is played.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SimulationTooLongException">It takes longer than <see cref="Longest"/>.</exception>
    public static SimulationResult Play(SimulationInput input, Action<int>? progress = null, Func<SimulatedRun, bool>? onStart = null, CancellationToken cancellationToken = default)
    {
        var simulation = new FleetSimulation(input) { _onStart = onStart };
        while (!simulation._isOver && simulation.Next() is { } at)
        {
            cancellationToken.ThrowIfCancellationRequested();
            simulation.Step(at);
            progress?.Invoke(simulation._runs.Count + simulation._ended.Count);
        }

        return new(simulation._runs, [.. simulation._ended, .. Forecast.OfQueue(simulation.Snapshot(), simulation.Clock)]);
    }

    private DateTimeOffset Clock => _input.Start + _now;

    /// <summary>True for a host that takes part.</summary>
    /// <param name="node">The host.</param>
    internal static bool IsLive(FleetNode node) => node.Status?.Conditions.Find(ConditionTypes.Ready) is null or { Status: Conditions.True };

    private static IEnumerable<ObjectKey> Upstream(AgenticTask task) => (task.Spec.DependsOn ?? []).Distinct(StringComparer.Ordinal).Select(name => new ObjectKey(task.Namespace(), name));

    private static AgenticTask Succeeded(AgenticTask task) => task with { Status = task.Status with { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go } };

    private static string HolderOf(string node) => $"{node}/1";

    private AgenticTask Fresh(SimulatedTask task, int index) => task.Task with
    {
        Metadata = task.Task.Metadata with
        {
            Uid = string.Create(CultureInfo.InvariantCulture, $"task-{index:0000000}"),
            CreationTimestamp = _input.Start + task.At,
            DeletionTimestamp = null,
            Annotations = Annotations(task),
        },
        Status = task.RunsOn is not { } node ? new() { Phase = TaskPhase.Pending } : new()
        {
            Phase = TaskPhase.Running,
            Attempt = 1,
            AssignedNode = node,
            Placement = task.Task.Status.Placement ?? _input.Settings.Placements.Last,
            Model = task.Task.Status.Model,
            Attempts = task.Task.Status.Attempts,
            Claim = new() { Holder = HolderOf(node), AcquiredAt = _input.Start + task.At - task.HasRun },
        },
    };

    // No task of the input can have their names.
    private void Remember(IEnumerable<AgenticTask> ended)
    {
        var byEnd = ended.Select(t => (Task: t, At: SlotUse.Ended(t).Max(e => (DateTimeOffset?)e.EndedAt))).Where(t => t.At is not null).OrderBy(t => t.At);
        foreach (var (index, (task, at)) in byEnd.Index())
        {
            var uid = string.Create(CultureInfo.InvariantCulture, $"*ended-{index:0000000}");
            _tasks.Add(uid, task with
            {
                Metadata = task.Metadata with { Name = uid, Uid = uid },
                Status = task.Status with { Phase = task.IsTerminal() ? task.Status.Phase : TaskPhase.Failed },
            });
            _counting.Add(uid, at!.Value);
        }
    }

    // A date of the recorded cluster says nothing about this clock.
    private Dictionary<string, string> Annotations(SimulatedTask task)
    {
        var annotations = new Dictionary<string, string>(task.Task.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        annotations.Remove(Labels.QueuedSince);
        if (task.QueuedAt is { } queued)
        {
            annotations.Add(Labels.QueuedSince, (_input.Start + queued).ToString("O", CultureInfo.InvariantCulture));
        }

        return annotations;
    }

    private TimeSpan? Next()
    {
        var arrival = _arrivals.TryPeek(out var next) ? next.At : (TimeSpan?)null;
        var end = _ends.TryPeek(out _, out var due) ? due.At : (TimeSpan?)null;
        TimeSpan?[] times = [arrival, end, _quotaFreesAt];
        return times.Min();
    }

    private void Step(TimeSpan at)
    {
        _now = at;
        Forget();
        while (_ends.TryPeek(out var uid, out var due) && due.At <= at)
        {
            _ends.Dequeue();
            End(uid);
        }

        while (_arrivals.TryPeek(out var task) && task.At <= at)
        {
            _arrivals.Dequeue();
            _tasks.Add(task.Task.Uid(), task.Task);
            if (task.RunsOn is { } node)
            {
                var end = EndOf(task, null, loads: false);
                _running.Add(task.Task.Uid(), (new(task.Task, task.At, at, end, node, LoadedModel: false), task.Task.Status.Model?.Name));
                _ends.Enqueue(task.Task.Uid(), (end, _order++));
            }

            foreach (var key in Upstream(task.Task).Where(key => !_names.Contains(key) && !_upstream.ContainsKey(key)))
            {
                var uid = $"before-{key}";
                _tasks.Add(uid, Succeeded(new() { Metadata = new() { Name = key.Name, NamespaceProperty = key.Namespace, Uid = uid } }));
                _upstream.Add(key, (uid, TimeSpan.Zero));
            }
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
        _quotaFreesAt = plan.QuotaFreesAt - _input.Start;
        _quotaWaits.Observe(plan.WaitForQuota, _now);
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
                    _quotaWaits.Take(complete.Task.Uid(), _now);
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
        Quotas = _input.Quotas,
        State = _state,
        Settings = _input.Settings,
        HostsTellAtOnce = true,
    };

    private void Start(AssignTask assign)
    {
        var (uid, name) = (assign.Task.Uid(), assign.Assignment.Node);
        var task = _byUid[uid];
        var model = assign.Assignment.Model is { } promised ? _nodes[name].Status?.Capability?.Models?.Where(m => m.Name == promised.Name).MaxBy(m => m.Loaded switch { true => 2, null => 1, _ => 0 }) : null;

        // A server that does not say what is in memory is not taken to load anything.
        var loads = model is { Loaded: false };
        if (loads)
        {
            Load(name, model!);
        }

        var end = EndOf(task, model?.DecodeTokensPerSecond, loads);
        var ready = Upstream(task.Task).Select(key => _upstream.TryGetValue(key, out var ended) ? ended.At : TimeSpan.Zero).Append(task.At).Max();
        _tasks[uid] = assign.After with { Status = assign.After.Status with { Phase = TaskPhase.Running, Claim = new() { Holder = HolderOf(name), AcquiredAt = Clock } } };
        var run = new SimulatedRun(assign.Task, task.At, _now, end, name, loads) { ReadyAt = ready, QuotaWait = _quotaWaits.Take(uid, _now) };
        _running.Add(uid, (run, model?.Name));
        _isOver |= _onStart?.Invoke(run) == false;
        _ends.Enqueue(uid, (end, _order++));
    }

    // Counted in seconds: a slow host makes a long run longer than a TimeSpan is.
    private TimeSpan EndOf(SimulatedTask task, int? here, bool loads)
    {
        var length = task.Runs.TotalSeconds * (task.Speed is > 0 and var measured && here is > 0 and var speed ? measured / speed : 1);
        length += loads ? _input.ModelLoad.TotalSeconds : 0;
        return _now.TotalSeconds + length <= Longest.TotalSeconds
            ? _now + TimeSpan.FromSeconds(length)
            : throw new SimulationTooLongException($"task {ObjectKey.Of(task.Task)} would end more than ten years after the start; give it, or those before it, shorter runs");
    }

    private void Load(string name, ServedModel model)
    {
        var node = _nodes[name];
        var capability = node.Status!.Capability!;
        var used = _running.Values.Where(r => r.Run.Node == name).Select(r => r.Model).ToHashSet(StringComparer.Ordinal);
        var models = capability.Models!.Select(m => ReferenceEquals(m, model) ? m with { Loaded = true }
            : m.Server == model.Server && m.Loaded == true && !used.Contains(m.Name) ? m with { Loaded = false } : m);
        _nodes[name] = node with { Status = node.Status with { Capability = capability with { Models = [.. models] } } };
    }

    private void End(string uid)
    {
        _runs.Add(_running[uid].Run);
        _running.Remove(uid);
        var ended = Succeeded(_tasks[uid]);
        if (_counting.Counts)
        {
            ended = WithUse(ended, _byUid[uid].Tokens);
            _counting.Add(uid, Clock);
        }

        Leave(ended);
    }

    private AgenticTask WithUse(AgenticTask ended, RunTokens tokens) => ended with
    {
        Status = ended.Status with
        {
            FinishedAt = Clock,
            Attempts =
            [
                .. ended.Status.Attempts,
                new TaskAttempt
                {
                    Attempt = ended.Status.Attempt,
                    Node = ended.Status.AssignedNode,
                    Placement = ended.Status.Placement,
                    Model = ended.Status.Model?.Name,
                    StartedAt = ended.Status.Claim?.AcquiredAt,
                    EndedAt = Clock,
                    Outcome = AttemptOutcome.Succeeded,
                    Usage = tokens.ToUsage(),
                },
            ],
        },
    };

    private void Forget()
    {
        while (_counting.Forget(Clock) is { } uid)
        {
            if (!_tasks.TryGetValue(uid, out var task) || _upstream.GetValueOrDefault(ObjectKey.Of(task)).Uid != uid)
            {
                _tasks.Remove(uid);
            }
        }
    }

    // An ended task stays until the last one that depends on it has ended, and while its use counts.
    private void Leave(AgenticTask ended)
    {
        var key = ObjectKey.Of(ended);
        var isNeeded = _dependents.ContainsKey(key);
        if (isNeeded)
        {
            _upstream[key] = (ended.Uid(), _now);
        }

        if (isNeeded || _counting.Contains(ended.Uid()))
        {
            _tasks[ended.Uid()] = ended;
        }
        else
        {
            _tasks.Remove(ended.Uid());
        }

        foreach (var before in Upstream(ended))
        {
            if (--_dependents[before] == 0)
            {
                _dependents.Remove(before);
                if (_upstream.Remove(before, out var gone) && !_counting.Contains(gone.Uid))
                {
                    _tasks.Remove(gone.Uid);
                }
            }
        }
    }
}
