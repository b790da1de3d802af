using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Bench.Scheduling;

/// <summary>A fleet and a queue that is longer than it takes, in an array as an operator's loop has it: 500 different demands, some tasks with an Agent, with attempts behind them, or that wait for others.</summary>
internal static class WaitingQueue
{
    private const int Models = 10;
    private const int Zones = 5;
    private const int Sizes = 10;

    // As many as the operator's loop gives each decision room for.
    private const int RefreshedAtOnce = 32;

    /// <summary>How many demands tasks have.</summary>
    public const int Demands = Models * Zones * Sizes;

    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The cluster as an operator that starts finds it.</summary>
    /// <param name="hosts">How many hosts, with two slots each.</param>
    /// <param name="tasks">How many tasks, all of them Pending.</param>
    /// <param name="queues">How many queues the tasks are in.</param>
    public static ClusterSnapshot Of(int hosts, int tasks, int queues = 1) => new()
    {
        Uptime = TimeSpan.FromSeconds(100),
        Nodes = [.. Enumerable.Range(0, hosts).Select(Node)],
        Leases = [.. Enumerable.Range(0, hosts).Select(i => Lease(i, 0))],
        Tasks = Enumerable.Range(0, tasks).Select(i => InQueue(Task(i), i % queues)).ToArray(),
        Agents = [AgentOf("coder", "read_file", "write_file", "submit_result"), AgentOf("talker", "submit_result")],
        Settings = new() { Identity = "operator/1" },
        RefreshRoom = RefreshedAtOnce,
    };

    /// <summary>The same cluster a second later, after the plan's writes have arrived.</summary>
    public static ClusterSnapshot After(ClusterSnapshot cluster, Plan plan)
    {
        var tasks = plan.Decisions.OfType<TaskDecision>().ToDictionary(d => d.Task.Uid(), d => d.After);
        var nodes = plan.Decisions.OfType<ChangeNodeStatus>().ToDictionary(d => d.Node.Uid(), d => d.After);
        return cluster with
        {
            Tasks = cluster.Tasks.Select(t => tasks.GetValueOrDefault(t.Uid(), t)).ToArray(),
            Nodes = [.. cluster.Nodes.Select(n => nodes.TryGetValue(n.Uid(), out var after) ? n with { Status = after } : n)],
            State = plan.State,
            Uptime = cluster.Uptime + TimeSpan.FromSeconds(1),
        };
    }

    /// <summary>The cluster after one host has renewed its Lease.</summary>
    public static ClusterSnapshot Renewed(ClusterSnapshot cluster, int second) => cluster with
    {
        Leases = [Lease(0, second), .. cluster.Leases.Skip(1)],
        Uptime = cluster.Uptime + TimeSpan.FromMilliseconds(10),
    };

    /// <summary>The cluster after one host has told another amount of RAM: all demands of its zone and models fit by turns, and only the smallest.</summary>
    public static ClusterSnapshot Changed(ClusterSnapshot cluster, int round) => cluster with
    {
        Nodes = [WithRam(cluster.Nodes[0], round % 2 == 0 ? 8 : 127), .. cluster.Nodes.Skip(1)],
        Uptime = cluster.Uptime + TimeSpan.FromMilliseconds(10),
    };

    /// <summary>The cluster with hosts that serve no model, so that nothing fits.</summary>
    public static ClusterSnapshot WithoutModels(ClusterSnapshot cluster) => cluster with
    {
        Nodes = [.. cluster.Nodes.Select(n => n with { Status = n.Status! with { Capability = n.Status.Capability! with { Models = [] } } })],
    };

    /// <summary>The cluster after the first task that holds a slot has ended.</summary>
    public static ClusterSnapshot Freed(ClusterSnapshot cluster)
    {
        var (place, task) = cluster.Tasks.Index().First(t => t.Item.Status.Phase == TaskPhase.Scheduled);
        var ended = task with { Status = task.Status with { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, FinishedAt = Now } };
        var tasks = cluster.Tasks.ToArray();
        tasks[place] = ended;
        return cluster with { Tasks = tasks, Uptime = cluster.Uptime + TimeSpan.FromMilliseconds(10) };
    }

    private static FleetNode WithRam(FleetNode node, int gigabytes) =>
        node with { Status = node.Status! with { Capability = node.Status.Capability! with { AvailableRAMGB = gigabytes } } };

    private static FleetNode Node(int index) => new()
    {
        Metadata = new() { Name = NodeName(index), Uid = $"uid-{NodeName(index)}", Generation = 1, Labels = new Dictionary<string, string> { ["zone"] = Zone(index) } },
        Spec = new() { NodeName = NodeName(index), Roles = index % 3 == 0 ? ["worker", "gpu"] : ["worker"] },
        Status = new()
        {
            Phase = FleetNodePhase.Ready,
            Slots = 2,
            Capability = new()
            {
                Accelerator = index % 2 == 0 ? Accelerator.Cuda : Accelerator.Metal,
                TotalRAMGB = 128,
                AvailableRAMGB = 8 + (index * 7 % 112),
                ModelServers = [new() { Url = "http://127.0.0.1:8080", Kind = ModelServerKind.LlamaCpp }],
                Models = [Model(index % Models, index), Model((index / Models) % Models, index + 1)],
            },
        },
    };

    private static ServedModel Model(int model, int variant) => new()
    {
        Name = ModelName(model),
        Server = "http://127.0.0.1:8080",
        Loaded = variant % 2 == 0,
        ContextTokens = 8192 << (variant % 3),
        DecodeTokensPerSecond = 20 + (variant % 50),
    };

    private static V1Lease Lease(int host, int second) => new()
    {
        Metadata = new() { Name = Labels.LeaseName(NodeName(host)), NamespaceProperty = "foreman-system" },
        Spec = new() { HolderIdentity = "host/1", RenewTime = Now.AddSeconds(second) },
    };

    private static Agent AgentOf(string name, params string[] tools) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = $"uid-{name}", Generation = 1 },
        Spec = new() { Role = AgentRole.Coder, SystemPrompt = "bench", Tools = tools },
    };

    private static AgenticTask InQueue(AgenticTask task, int queue) => queue == 0 ? task
        : task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = string.Create(CultureInfo.InvariantCulture, $"queue-{queue}") } } };

    // One of twenty has failed once, one of twenty waits for the task before it.
    private static AgenticTask Task(int index)
    {
        var demand = index % Demands;
        return new()
        {
            Metadata = new() { Name = TaskName(index), NamespaceProperty = "default", Uid = $"uid-{TaskName(index)}", Generation = 1, CreationTimestamp = Now.AddSeconds(-index % 1000) },
            Spec = new()
            {
                Kind = TaskKind.Freeform,
                Priority = index % 7,
                AgentRef = (demand % 3) switch { 0 => null, 1 => new() { Name = "coder" }, _ => new() { Name = "talker" } },
                ModelRef = ModelName(demand % Models),
                DependsOn = index % 20 == 7 ? [TaskName(index - 1)] : null,
                RequiredCapability = new()
                {
                    MinRAMGB = 14 * (demand / Models % Sizes),
                    NodeSelector = new Dictionary<string, string> { ["zone"] = Zone(demand / (Models * Sizes)) },
                },
                Payload = new() { Prompt = "bench" },
            },
            Status = new()
            {
                Phase = TaskPhase.Pending,
                Attempt = index % 20 == 3 ? 1 : 0,
                Attempts = index % 20 == 3 ? [new() { Attempt = 1, Node = NodeName(index % 100), Placement = Placement.Node, Outcome = AttemptOutcome.Lost }] : [],
            },
        };
    }

    private static string Zone(int index) => string.Create(CultureInfo.InvariantCulture, $"zone-{index % Zones}");

    private static string ModelName(int index) => string.Create(CultureInfo.InvariantCulture, $"model-{index}");

    private static string NodeName(int index) => string.Create(CultureInfo.InvariantCulture, $"node-{index}");

    private static string TaskName(int index) => string.Create(CultureInfo.InvariantCulture, $"task-{index}");
}
