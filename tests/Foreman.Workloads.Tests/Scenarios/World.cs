using System.Globalization;
using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>
/// An API server with one Workload and its tasks, an operator that carries out what the engine decides write by write, and a
/// scheduler with hosts that end tasks as a script says. What is stored goes through JSON, as it does in a cluster.
/// </summary>
internal sealed class World
{
    private const int MostSteps = 20_000;

    private readonly SortedDictionary<string, AgenticTask> _tasks = new(StringComparer.Ordinal);
    private readonly Func<AgenticTask, RunEnd?> _runs;
    private int _seconds;

    /// <param name="workload">The Workload.</param>
    /// <param name="runs">How the run of a task ends, the same for the same task each time; null while it goes on.</param>
    public World(Workload workload, Func<AgenticTask, RunEnd?> runs) => (Workload, _runs) = (Stored(workload), runs);

    public Workload Workload { get; private set; }

    public IReadOnlyDictionary<string, Agent> Agents { get; set; } = Given.Agents;

    public bool AllowCloudProviders { get; init; } = true;

    /// <summary>Every write of the operator so far.</summary>
    public List<string> Writes { get; } = [];

    public List<WorkloadEvent> Events { get; } = [];

    /// <summary>What a forge says of a followed pull request when it is asked now; null when nobody has asked yet.</summary>
    public Func<FollowedPullRequest, PullRequestObservation?> Forge { get; set; } = _ => null;

    /// <summary>The drafts that were made ready, by URL.</summary>
    public HashSet<string> MadeReady { get; } = new(StringComparer.Ordinal);

    /// <summary>The operator stops after so many writes, and starts anew from what is stored.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>The operator stops after each of its writes.</summary>
    public bool DiesAfterEach { get; set; }

    /// <summary>How often hosts and scheduler do something before the operator is back.</summary>
    public int MovesWhileDown { get; set; }

    /// <summary>Looks at the world after each change.</summary>
    public Action<World>? Watch { get; set; }

    public IReadOnlyCollection<AgenticTask> Tasks => _tasks.Values;

    public WorkloadStatus Status => Workload.Status ?? new();

    /// <summary>The steps that have tasks, in the order of the alphabet.</summary>
    public string Steps => string.Join(' ', _tasks.Values.Select(StepOf).Order(StringComparer.Ordinal));

    /// <summary>Succeeded, already resolved, incomplete, failed, in flight.</summary>
    public (int Succeeded, int Resolved, int Incomplete, int Failed, int InFlight) Counts =>
        (Status.SucceededTasks ?? 0, Status.AlreadyResolvedTasks ?? 0, Status.IncompleteTasks ?? 0, Status.FailedTasks ?? 0, Status.InFlightTasks ?? 0);

    /// <summary>A world in which some steps end in other ways than usual.</summary>
    public static World Of(string name, WorkloadSpec spec, params (string Step, RunEnd End)[] ends) => new(Given.Workload(name, spec), Script(ends));

    /// <summary>Runs that end as usual but for these steps.</summary>
    public static Func<AgenticTask, RunEnd?> Script(params (string Step, RunEnd End)[] ends)
    {
        var byStep = ends.ToDictionary(e => e.Step, e => e.End, StringComparer.Ordinal);
        return task => byStep.GetValueOrDefault(StepOf(task)) ?? RunEnd.Usual(task);
    }

    public static string StepOf(AgenticTask task) => task.GetLabel(Labels.Step) ?? "";

    public AgenticTask Task(string step) => Assert.Single(_tasks.Values, t => StepOf(t) == step);

    public WorkloadStep Entry(string step) => Assert.Single(Status.Plan!, s => s.Name == step);

    public V1Condition? Condition(string type) => Status.Conditions.Find(type);

    public WorkloadSnapshot Snapshot() => new(Workload) { Children = [.. _tasks.Values], Agents = Agents, AllowCloudProviders = AllowCloudProviders, PullRequests = PullRequests() };

    /// <summary>Decides once and writes what is decided; false when nothing was to be written.</summary>
    public bool Decide()
    {
        var decision = WorkloadEngine.Decide(Snapshot(), Given.Now.AddSeconds(++_seconds));
        foreach (var task in decision.Creates)
        {
            Assert.False(_tasks.ContainsKey(task.Name()), $"{task.Name()} is made twice");
            if (!Write($"create {StepOf(task)}", () => Create(task)))
            {
                return true;
            }
        }

        foreach (var change in decision.Changes)
        {
            if (!Write($"{change.GetType().Name} {StepOf(change.Task)}", () => Apply(change)))
            {
                return true;
            }
        }

        if (decision.Status is { } status && !Write("status", () => Workload = Stored(Workload with { Status = status })))
        {
            return true;
        }

        Events.AddRange(decision.Events);
        foreach (var change in decision.ForgeChanges.OfType<MarkReady>())
        {
            var made = MadeReady.Add(change.Url);
            if (made && !Write($"ready {change.Url}", () => { }))
            {
                return true;
            }
        }

        if (Status.Phase is null && decision is { Status: null, Again: { } wait })
        {
            // Nothing is said before its time has come.
            _seconds += (int)Math.Ceiling(wait.TotalSeconds);
            return true;
        }

        return !decision.Creates.IsEmpty || !decision.Changes.IsEmpty || decision.Status is not null || !decision.ForgeChanges.IsEmpty;
    }

    /// <summary>One step of the scheduler or of a host; false when there is nothing for them to do.</summary>
    /// <param name="random">Which one; null takes the first by name.</param>
    public bool Move(Random? random = null)
    {
        var possible = _tasks.Values.Select(Next).OfType<AgenticTask>();
        var next = random is null ? possible.FirstOrDefault() : possible.ToArray() is { Length: > 0 } all ? all[random.Next(all.Length)] : null;
        if (next is null)
        {
            return false;
        }

        _tasks[next.Name()] = Stored(next);
        Watch?.Invoke(this);
        return true;
    }

    /// <summary>One step for each task that can make one; false when none can.</summary>
    public bool MoveAll()
    {
        var next = _tasks.Values.Select(Next).OfType<AgenticTask>().ToArray();
        foreach (var task in next)
        {
            _tasks[task.Name()] = Stored(task);
        }

        return next.Length > 0;
    }

    /// <summary>Goes on until nobody has anything to do.</summary>
    /// <param name="random">In which order; null decides until nothing is to be written before anybody else does something.</param>
    public World Settle(Random? random = null)
    {
        for (var steps = 0; steps < MostSteps; steps++)
        {
            if (random?.Next(3) == 0 && Move(random))
            {
                continue;
            }

            if (!Decide() && !Move(random))
            {
                return this;
            }
        }

        throw new InvalidOperationException($"It does not come to rest: {string.Join(", ", Writes.TakeLast(20))}");
    }

    /// <summary>Goes on to the end, which must be this one.</summary>
    public World Ends(WorkloadPhase phase, string reason)
    {
        Settle();
        Assert.Equal($"{phase} {Conditions.True} {reason}", $"{Status.Phase} {Condition(ConditionTypes.Completed)?.Status} {Condition(ConditionTypes.Completed)?.Reason}");
        return this;
    }

    /// <summary>Somebody changes the spec of the Workload.</summary>
    public void Edit(Func<WorkloadSpec, WorkloadSpec> change) => Workload = Stored(Workload with
    {
        Spec = change(Workload.Spec),
        Metadata = Workload.Metadata with { Generation = Workload.Metadata.Generation + 1 },
    });

    /// <summary>Somebody changes a task.</summary>
    public void Edit(string step, Func<AgenticTask, AgenticTask> change)
    {
        var task = Task(step);
        _tasks[task.Name()] = Stored(change(task) with { Metadata = task.Metadata with { Generation = task.Metadata.Generation + 1 } });
    }

    /// <summary>Somebody deletes the task of a step.</summary>
    public void Delete(string step) => _tasks.Remove(Task(step).Name());

    /// <summary>What has come of it all, without times, generations, parts of budgets, what was waited for on the way and the payloads of tasks that never ran.</summary>
    public string Shown()
    {
        // Whether a superseded step that never began has a task depends on when its round was superseded, and nothing depends on it.
        var idle = (Status.Plan ?? []).Where(p => p.Superseded == true && (p.State == StepState.NotTaken || p.Reason == FailureReason.UpstreamFailed)).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var text = new StringBuilder();
        text.AppendLine(JsonSerializer.Serialize(
            new Workload { Status = Status with { Conditions = null, Tasks = null, Plan = [.. (Status.Plan ?? []).Where(p => !idle.Contains(p.Name))] } }, Workload.TypeInfo));
        foreach (var condition in (Status.Conditions ?? []).OrderBy(c => c.Type, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{condition.Type} {condition.Status} {condition.Reason}: {(condition.Type == ConditionTypes.Planned && idle.Count > 0 ? "" : condition.Message)}");
        }

        foreach (var task in _tasks.Values.Where(t => !idle.Contains(StepOf(t))))
        {
            text.AppendLine(JsonSerializer.Serialize(
                task with
                {
                    Metadata = new() { Name = task.Name(), Labels = task.Metadata.Labels },
                    Spec = task.Spec with { Suspend = null, Budget = null, Payload = task.Status.Attempt > 0 ? task.Spec.Payload : new() },
                    Status = task.Status with { Attempt = 0, AssignedNode = null },
                },
                AgenticTask.TypeInfo));
        }

        return text.ToString();
    }

    private Dictionary<string, PullRequestObservation> PullRequests() =>
        (Status.FollowUps ?? []).Select(Forge).OfType<PullRequestObservation>().ToDictionary(o => o.Url, StringComparer.Ordinal);

    private static T Stored<T>(T value)
        where T : class, IResource<T> => JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, T.TypeInfo), T.TypeInfo)!;

    // False when the operator stops right after.
    private bool Write(string what, Action write)
    {
        write();
        Writes.Add(what);
        Watch?.Invoke(this);
        if (Writes.Count != DiesAfter && !DiesAfterEach)
        {
            return true;
        }

        for (var moves = 0; moves < MovesWhileDown; moves++)
        {
            Move();
        }

        return false;
    }

    private void Create(AgenticTask task) => _tasks.Add(task.Name(), Stored(task with
    {
        Metadata = task.Metadata with { Uid = $"uid-{task.Name()}", Generation = 1, CreationTimestamp = Given.Now.AddSeconds(_seconds) },
        Status = new() { Phase = TaskPhase.Pending },
    }));

    private void Apply(ChildChange change)
    {
        var task = _tasks[change.Task.Name()];
        var annotations = new Dictionary<string, string>(task.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var spec = task.Spec;
        switch (change)
        {
            case ReleaseChild release:
                Assert.True(annotations.Remove(Labels.Awaiting), $"{task.Name()} waits for nothing and is released");
                Assert.True(release.Payload is null || task.Status.Attempt == 0, $"the payload of {task.Name()} changes after an assignment");
                spec = spec with { Suspend = null, Payload = release.Payload ?? spec.Payload, Budget = release.Budget ?? spec.Budget };
                break;
            case ForgetUpstream forget:
                Assert.All(spec.DependsOn!.Except(forget.DependsOn), d => Assert.False(_tasks.ContainsKey(d), $"{task.Name()} follows {d} no more, which is there"));
                spec = spec with { DependsOn = forget.DependsOn.IsEmpty ? null : forget.DependsOn };
                break;
            case SuspendChild { Suspended: true }:
                annotations[Labels.SuspendedByWorkload] = "true";
                spec = spec with { Suspend = true };
                break;
            case SuspendChild:
                Assert.True(annotations.Remove(Labels.SuspendedByWorkload), $"{task.Name()} was suspended by somebody else and is resumed");
                spec = spec with { Suspend = null };
                break;
            default:
                var cancel = Assert.IsType<CancelChild>(change);
                if (cancel.Because is { } why)
                {
                    annotations[cancel.Annotation] = why;
                }

                spec = spec with { Cancel = true };
                break;
        }

        Assert.False(task.IsTerminal(), $"{task.Name()} has ended and is changed");
        _tasks[task.Name()] = Stored(task with
        {
            Metadata = task.Metadata with { Annotations = annotations, Generation = task.Metadata.Generation + 1 },
            Spec = spec,
        });
    }

    // What the scheduler or the host of a task does next; null for nothing.
    private AgenticTask? Next(AgenticTask task)
    {
        if (task.IsTerminal())
        {
            return null;
        }

        if (task.Spec.Cancel == true)
        {
            return (task.PhaseOrPending() == TaskPhase.Pending && task.GetAnnotation(Labels.SkippedBecause) is not null ? RunEnd.Skipped : RunEnd.Cancelled).Of(task);
        }

        if (task.PhaseOrPending() == TaskPhase.Running)
        {
            return task.Spec.Suspend == true ? task with { Status = task.Status with { Phase = TaskPhase.Pending, AssignedNode = null } } : _runs(task)?.Of(task);
        }

        var upstream = (task.Spec.DependsOn ?? []).Select(n => _tasks.GetValueOrDefault(n)).ToArray();
        var failed = upstream.OfType<AgenticTask>().Where(u => u.IsTerminal() && !u.SucceededOnTarget()).OrderBy(u => u.HadNothingToDo()).FirstOrDefault();
        if (failed is not null)
        {
            return (failed.HadNothingToDo() ? RunEnd.Skipped : RunEnd.Upstream).Of(task);
        }

        return task.Spec.Suspend == true || upstream.Any(u => u is null || !u.IsTerminal())
            ? null
            : task with { Status = task.Status with { Phase = TaskPhase.Running, Attempt = task.Status.Attempt + 1, AssignedNode = "n1" } };
    }
}
