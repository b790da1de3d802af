using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests;

/// <summary>Hosts, tasks and Agents as tests need them.</summary>
internal static class Given
{
    public static DateTimeOffset Now { get; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static ServedModel Model(string name = "qwen", bool loaded = true, int context = 32768, int speed = 40) => new()
    {
        Name = name,
        Server = "http://127.0.0.1:8080",
        Loaded = loaded,
        ContextTokens = context,
        DecodeTokensPerSecond = speed,
    };

    public static FleetNode Node(string name, int slots = 1, int ram = 64, params ServedModel[] models) => new()
    {
        Metadata = new() { Name = name, Uid = "uid-" + name, Generation = 1 },
        Spec = new() { NodeName = name, Roles = ["worker"] },
        Status = new()
        {
            Phase = FleetNodePhase.Ready,
            Slots = slots,
            Capability = new()
            {
                Accelerator = Accelerator.Cuda,
                TotalRAMGB = ram,
                AvailableRAMGB = ram,
                ModelServers = [new() { Url = "http://127.0.0.1:8080", Kind = ModelServerKind.LlamaCpp }],
                Models = models.Length == 0 ? [Model()] : models,
            },
        },
    };

    public static V1Lease Lease(string node, string holder = "host/1", int renewal = 0) => new()
    {
        Metadata = new() { Name = Labels.LeaseName(node), NamespaceProperty = "foreman-system" },
        Spec = new() { HolderIdentity = holder, RenewTime = Now.AddSeconds(renewal) },
    };

    public static AgenticTask Task(string name, int priority = 0, int age = 0) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = "uid-" + name, Generation = 1, CreationTimestamp = Now.AddSeconds(-age) },
        Spec = new() { Kind = TaskKind.Freeform, Priority = priority, Payload = new() { Prompt = "Say hello." } },
        Status = new() { Phase = TaskPhase.Pending },
    };

    public static AgenticTask Assigned(this AgenticTask task, string node, Placement? placement = null) => task with
    {
        Status = task.Status with
        {
            Phase = TaskPhase.Scheduled,
            Attempt = task.Status.Attempt + 1,
            AssignedNode = node,
            Placement = placement ?? Placement.Node,
        },
    };

    public static AgenticTask Claimed(this AgenticTask task, string holder = "host/1") => task with
    {
        Status = task.Status with { Phase = TaskPhase.Running, Claim = new() { Holder = holder, AcquiredAt = Now } },
    };

    public static AgenticTask Ended(this AgenticTask task, TaskPhase phase, Verdict verdict) =>
        task with { Status = task.Status with { Phase = phase, Verdict = verdict } };

    public static AgenticTask With(this AgenticTask task, Func<AgenticTaskSpec, AgenticTaskSpec> change) =>
        task with { Spec = change(task.Spec) };

    public static AgenticTask After(this AgenticTask task, params TaskAttempt[] attempts) =>
        task with { Status = task.Status with { Attempts = attempts, Attempt = attempts.Length } };

    public static Agent Agent(string name, Func<AgentSpec, AgentSpec>? change = null)
    {
        var spec = new AgentSpec { Role = AgentRole.Coder, SystemPrompt = "You work.", Tools = ["read_file", "write_file", "submit_result"] };
        return new()
        {
            Metadata = new() { Name = name, NamespaceProperty = "default", Uid = "uid-agent-" + name, Generation = 3 },
            Spec = change is null ? spec : change(spec),
        };
    }

    /// <summary>A snapshot in which every host renews its Lease.</summary>
    public static ClusterSnapshot Cluster(IEnumerable<FleetNode> nodes, params AgenticTask[] tasks)
    {
        var fleet = nodes.ToArray();
        return new() { Nodes = fleet, Leases = [.. fleet.Select(n => Lease(n.Name()))], Tasks = tasks, Settings = new() { Identity = "operator/1" } };
    }

    public static Plan Decide(ClusterSnapshot snapshot) => Scheduler.Decide(snapshot, Now);

    extension(Plan plan)
    {
        /// <summary>The decisions about tasks.</summary>
        public IReadOnlyList<TaskDecision> Tasks => [.. plan.Decisions.OfType<TaskDecision>()];

        /// <summary>The decisions about hosts.</summary>
        public IReadOnlyList<ChangeNodeStatus> Nodes => [.. plan.Decisions.OfType<ChangeNodeStatus>()];
    }

    /// <summary>The one decision of a plan about a task.</summary>
    public static TaskDecision Write(this Plan plan, string task) => Assert.Single(plan.Tasks, w => w.Task.Name() == task);

    public static V1Condition Scheduled(this TaskDecision write) =>
        write.After.Status.Conditions.Find(ConditionTypes.Scheduled) ?? throw new InvalidOperationException("No condition Scheduled.");

    public static V1Condition Completed(this TaskDecision write) =>
        write.After.Status.Conditions.Find(ConditionTypes.Completed) ?? throw new InvalidOperationException("No condition Completed.");

    /// <summary>The snapshot after the plan's writes have arrived, some time later.</summary>
    public static ClusterSnapshot Then(this ClusterSnapshot snapshot, Plan plan, double seconds = 0) => snapshot with
    {
        Tasks = [.. snapshot.Tasks.Select(t => plan.Tasks.FirstOrDefault(w => w.Task.Uid() == t.Uid())?.After ?? t)],
        State = plan.State,
        Uptime = snapshot.Uptime + TimeSpan.FromSeconds(seconds),
    };

    /// <summary>The snapshot once every task says why it waits and every host what it has, and nothing is left to decide.</summary>
    public static ClusterSnapshot Settled(ClusterSnapshot cluster)
    {
        for (var i = 0; i < 3; i++)
        {
            var plan = Decide(cluster);
            var nodes = plan.Nodes.ToDictionary(w => w.Node.Name(), w => w.After);
            cluster = cluster.Then(plan, seconds: 2) with { Nodes = [.. cluster.Nodes.Select(n => nodes.TryGetValue(n.Name(), out var after) ? n with { Status = after } : n)] };
        }

        var last = Decide(cluster);
        Assert.Empty(last.Decisions);
        return cluster with { State = last.State, Uptime = cluster.Uptime + TimeSpan.FromMilliseconds(10) };
    }

    /// <summary>The snapshot in which these hosts have renewed.</summary>
    public static ClusterSnapshot Renewed(this ClusterSnapshot snapshot, params string[] nodes) => snapshot with
    {
        Leases =
        [
            .. snapshot.Leases.Select(l => nodes.Any(n => l.Name() == Labels.LeaseName(n))
                ? l with { Spec = l.Spec! with { RenewTime = l.Spec.RenewTime!.Value.AddSeconds(10) } }
                : l),
        ],
    };
}
