using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>
/// A fleet and its queue from a seed: hosts of all states, tasks that often ask the same, with affinities, dependencies that may go in
/// circles, attempts that were lost, failed or declined, and what becomes of them from one decision to the next.
/// </summary>
internal sealed class RandomFleet
{
    private static readonly string[] Models = ["qwen", "llama", "qwen:latest", "tiny"];
    private static readonly string[] Agents = ["coder", "talker", "sheller", "served", "cloud", "limited", "odd", "absent"];

    private readonly Random _random;
    private readonly Random _ofQuotas;
    private readonly Random _ofRank;
    private readonly Random _ofSites;
    private readonly Random _ofMore;
    private readonly Random _ofRoles;
    private readonly bool _fallsSilent;
    private readonly bool _claims;
    private readonly int _hosts;
    private readonly int _tasks;
    private readonly RequiredCapability?[] _asked;
    private HashSet<string> _silent = [];

    /// <param name="seed">Of everything random.</param>
    public RandomFleet(int seed)
    {
        (_random, _ofQuotas, _ofRank) = (new Random(seed), new Random(~seed), new Random(seed ^ 0x5A5A5A));
        (_ofSites, _ofMore, _ofRoles) = (new Random(seed ^ 0x3C3C3C), new Random(seed ^ 0x77AA77), new Random(seed ^ 0x696969));
        (_fallsSilent, _claims) = (_ofSites.Next(4) == 0, _ofMore.Next(4) == 0);
        (_hosts, _tasks) = (_random.Next(0, 9), _random.Next(0, 40));
        _asked = [.. Enumerable.Range(0, 4).Select(_ => Asked())];
        var nodes = Enumerable.Range(0, _hosts).Select(Node).ToArray();
        var tasks = Enumerable.Range(0, _tasks).Select(Task).ToArray();
        Cluster = new()
        {
            Uptime = Start,
            Nodes = nodes,
            Leases = [.. nodes.Where(_ => !Chance(12)).Select(n => Given.Lease(n.Name(), Chance(10) ? "" : "host/1"))],
            Tasks = tasks,
            Agents = [.. Agents[..^1].Select(Agent)],
            InferenceServices = Chance(2) ? [] : Served(),
            InputProblems = new Dictionary<string, string> { ["uid-t1"] = "ConfigMap \"notes\" does not exist" },
            Settings = new() { Identity = "operator/1", FairShare = new() { MostOvertaking = _random.Next(0, 3) }, AllowCloudProviders = !Chance(5), InferenceBaseUrlOverride = Chance(6) ? "http://gateway:8080/v1" : null, Rank = Rank(), TasksPerServer = OfRank<int?>(null, 1, 3) },
            State = SchedulerState.Empty with
            {
                Probations = SchedulerState.Empty.Probations.AddRange(nodes
                    .Where(_ => Chance(5))
                    .Select(n => KeyValuePair.Create(n.Name(), new NodeProbation(_random.Next(1, 4), TimeSpan.FromSeconds(_random.Next(990, 1040)))))),
                Tasks = SchedulerState.Empty.Tasks.AddRange(tasks
                    .Where(_ => Chance(2))
                    .Select(t => KeyValuePair.Create(t.Uid(), new ObservedTask(t.Status.Attempt, t.PhaseOrPending(), TimeSpan.FromSeconds(_random.Next(960, 1000)))))),
            },
        };
        Cluster = Cluster with { Unconfirmed = Cluster.Tasks.Where(_ => Chance(30)).Select(t => t.Uid()).ToHashSet(), Quotas = Quotas() };
    }

    /// <summary>The uptime at which it begins.</summary>
    public static TimeSpan Start { get; } = TimeSpan.FromSeconds(1000);

    /// <summary>The cluster as it is now.</summary>
    public ClusterSnapshot Cluster { get; private set; }

    /// <summary>Lets time pass: what was decided arrives or not, tasks are claimed and end, hosts renew their Leases and change.</summary>
    /// <param name="plan">What was decided.</param>
    public void Go(Plan plan)
    {
        var written = plan.Tasks.Where(_ => !Chance(10)).ToDictionary(w => w.Task.Uid(), w => w.After);
        var seen = plan.Nodes.ToDictionary(w => w.Node.Name(), w => w.After);
        var renewed = Cluster.Nodes.Where(_ => !Chance(6)).Select(n => n.Name()).ToArray();
        var nodes = Cluster.Nodes.Select(n => Changed(n with { Status = seen.GetValueOrDefault(n.Name()) ?? n.Status })).ToList();
        Join(nodes);
        Cluster = Cluster.Renewed(renewed) with
        {
            State = plan.State,
            Uptime = Cluster.Uptime + TimeSpan.FromSeconds(_random.Next(0, 40)),
            Tasks = [.. Cluster.Tasks.Select(t => Next(written.GetValueOrDefault(t.Uid(), t)))],
            Nodes = nodes,
            Agents = [.. Cluster.Agents.Select(a => Chance(6) ? Agent(a.Name()) : a)],
            Settings = Chance(8) ? Cluster.Settings with { InferenceBaseUrlOverride = Chance(2) ? "http://gateway:8080/v1" : null, Rank = Rank() } : Cluster.Settings,
            Unconfirmed = Cluster.Tasks.Where(_ => Chance(30)).Select(t => t.Uid()).ToHashSet(),
            Quotas = _ofQuotas.Next(8) == 0 ? Quotas() : Cluster.Quotas,
        };
    }

    /// <summary>
    /// Lets time pass in which little happens: what was decided arrives, hosts renew their Leases or not, and now and then one tells other
    /// figures; in some fleets whole sites fall silent, in some tasks are claimed and hosts tell their figures anew. Objects that do not change stay the same, as in the caches of an operator.
    /// </summary>
    /// <param name="plan">What was decided.</param>
    public void Rest(Plan plan)
    {
        var written = plan.Tasks.ToDictionary(w => w.Task.Uid(), w => w.After);
        var seen = plan.Nodes.ToDictionary(w => w.Node.Name(), w => w.After);
        if (_fallsSilent && _ofSites.Next(3) == 0)
        {
            _silent = [.. Cluster.Nodes.Select(Disruption.SiteOf).Distinct(StringComparer.Ordinal).Where(_ => _ofSites.Next(2) == 0)];
        }

        Cluster = Cluster.Renewed([.. Cluster.Nodes.Where(n => !Chance(8) && !_silent.Contains(Disruption.SiteOf(n))).Select(n => n.Name())]) with
        {
            State = plan.State,
            Uptime = Cluster.Uptime + TimeSpan.FromSeconds(_random.Next(0, 9) + (_fallsSilent ? _ofSites.Next(0, 30) : 0)),
            Tasks = [.. Cluster.Tasks.Select(t => written.GetValueOrDefault(t.Uid(), t)).Select(t => Chance(200) ? t with { Spec = t.Spec with { Cancel = true } } : t).Select(Claimed)],
            Agents = [.. Cluster.Agents.Select(a => Chance(60) ? Agent(a.Name()) : a)],
            InferenceServices = Chance(15) ? Served() : Cluster.InferenceServices,
            InputProblems = Chance(5) ? new Dictionary<string, string> { ["uid-t1"] = Chance(2) ? "ConfigMap \"notes\" does not exist" : "ConfigMap \"notes\" has no key text" } : Cluster.InputProblems,
            Nodes = [.. Cluster.Nodes.Select(n => seen.TryGetValue(n.Name(), out var status) ? n with { Status = status } : Chance(60) ? Changed(n) : n).Select(Told)],
            Unconfirmed = new HashSet<string>(),
            Quotas = _ofQuotas.Next(60) == 0 ? Quotas() : Cluster.Quotas,
        };
    }

    private AgenticTask Claimed(AgenticTask task) => _claims && task.IsScheduled() && OfMore(0, 1, 2) == 0
        ? task.Claimed(task.Status.Placement == Placement.Operator ? "operator/1" : "host/1")
        : task;

    private FleetNode Told(FleetNode node) => _claims && OfMore(0, 1, 2, 3, 4, 5) == 0
        ? node with { Status = node.Status! with { LastHeartbeatTime = Given.Now.AddSeconds(OfMore(-1, 0, 1)) } }
        : node;

    /// <summary>The same cluster with its lists in another order.</summary>
    public ClusterSnapshot Shuffled() => Cluster with
    {
        Tasks = Shuffled(Cluster.Tasks),
        Nodes = Shuffled(Cluster.Nodes),
        Leases = Shuffled(Cluster.Leases),
        Agents = Shuffled(Cluster.Agents),
    };

    private QuotaSet Quotas()
    {
        Quota[] quotas = [.. QuotasOfQueues(), .. QuotasOfRoles()];
        return quotas.Length == 0 ? QuotaSet.None : new(quotas);
    }

    private Quota[] QuotasOfRoles() => _ofRoles.Next(3) > 0 ? [] :
    [
        .. new (string? Space, string? Queue)[] { (null, null), ("default", null), ("default", "gold"), ("other", null) }
            .SelectMany(_ => AgentRole.Known, (q, role) => (q.Space, q.Queue, Role: role))
            .Where(_ => _ofRoles.Next(2) == 0)
            .Select(q => new Quota
            {
                Namespace = q.Space,
                Queue = q.Queue,
                Role = q.Role,
                TokensPerWindow = _ofRoles.Next(4) == 0 ? _ofRoles.Next(400_000) : null,
                SecondsPerWindow = _ofRoles.Next(4) == 0 ? _ofRoles.Next(0, 4000) : null,
                MaxRunning = _ofRoles.Next(2) == 0 ? _ofRoles.Next(0, 4) : null,
            }),
    ];

    private Quota[] QuotasOfQueues() => _ofQuotas.Next(2) == 0 ? [] :
    [
        .. new (string Space, string? Queue)[] { ("default", null), ("default", "gold"), ("default", "tin"), ("other", null) }
            .Where(_ => _ofQuotas.Next(2) == 0)
            .Select(q => new Quota
            {
                Namespace = q.Space,
                Queue = q.Queue,
                Weight = _ofQuotas.Next(2) == 0 ? null : _ofQuotas.Next(1, 5),
                TokensPerWindow = _ofQuotas.Next(3) == 0 ? _ofQuotas.Next(8) == 0 ? 0 : _ofQuotas.Next(400_000) : null,
                SecondsPerWindow = _ofQuotas.Next(3) == 0 ? _ofQuotas.Next(0, 4000) : null,
                MaxRunning = _ofQuotas.Next(3) == 0 ? _ofQuotas.Next(0, 4) : null,
            }),
    ];

    private T[] Shuffled<T>(IEnumerable<T> list)
    {
        var shuffled = list.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private bool Chance(int one) => _random.Next(one) == 0;

    private T Of<T>(params T[] list) => list[_random.Next(list.Length)];

    private T OfRank<T>(params T[] list) => list[_ofRank.Next(list.Length)];

    private T OfMore<T>(params T[] list) => list[_ofMore.Next(list.Length)];

    private Dictionary<ObjectKey, InferenceEndpoint> Served() => new() { [new("default", "served")] = new("http://served:8080", !Chance(3), Of(Models)) { Slots = OfRank<int?>(null, 1, 2) } };

    private RankWeights Rank() => OfRank(0, 1) == 0 ? new() : new()
    {
        FreeSlots = OfRank(0, 100, 1000),
        IdleModelSlot = OfRank(0, 50, 300),
        Speed = OfRank(0, 5),
        WarmPrefix = OfRank(0, 150, 2000),
        SpareMemory = OfRank(0, 1, 20),
        NeededHost = OfMore(0, 400, 3000),
        PromisedMemory = OfMore(0, 200, 3000),
        SpareVision = OfMore(0, 100, 3000),
    };

    private DateTimeOffset? Heartbeat() => OfRank<DateTimeOffset?>(null, Given.Now.AddSeconds(-1), Given.Now, Given.Now.AddSeconds(1));

    private string Host() => $"n{_random.Next(Math.Max(1, _hosts))}";

    private ServedModel Model() => Given.Model(Of(Models), loaded: Chance(2), context: Of(0, 4096, 32768), speed: Of(0, 20, 40)) with
    {
        FreeSlots = Of<int?>(null, 0, 2),
        Tools = Of<bool?>(null, true, false),
        Vision = Of<bool?>(null, true, false),
        ToolCalls = Chance(5) ? ToolCallForm.None : null,
        Capabilities = Chance(8) ? ["embedding"] : null,
    };

    private FleetNode Node(int index)
    {
        var node = Given.Node($"n{index}", slots: _random.Next(0, 5), ram: Of(8, 32, 64), [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Model())]);
        var capability = node.Status!.Capability! with
        {
            Accelerator = Of(Accelerator.Cuda, Accelerator.Metal, Accelerator.None),
            AvailableRAMGB = Of(4, 8, 32),
            Accelerators = Chance(2) ? null : [new() { Name = "card", MemoryTotalMB = Of(8192, 24576), Healthy = !Chance(5) }],
            LocalRepositories = Chance(3) ? true : null,
            Sandbox = Chance(3) ? null : new() { Mode = Of(SandboxMode.Full, SandboxMode.None), Reason = "no user namespaces" },
            ModelServers = [new() { Url = "http://127.0.0.1:8080", ReachableURL = Chance(2) ? "http://10.0.0.7:8080" : null, Healthy = Chance(7) ? false : null, Kind = ModelServerKind.LlamaCpp }],
            Models = Chance(8) ? [] : node.Status.Capability!.Models,
        };
        capability = WithShared(capability with { Accelerators = capability.Accelerators is [var card] && OfRank(0, 1, 2) == 0 ? [card with { Unified = true }] : capability.Accelerators });
        return node with
        {
            Metadata = node.Metadata with { Labels = new Dictionary<string, string> { ["zone"] = Of("a", "b"), [Labels.AgentMode] = Chance(6) ? "stub" : "loop", [OfRank(Labels.Zone, Labels.Site, "row")] = OfRank("attic", "cellar") } },
            Spec = node.Spec with
            {
                Roles = Of<string[]?>(null, ["worker"], ["worker", "gpu"]),
                Namespaces = Chance(6) ? ["other"] : null,
                Unschedulable = Chance(10) ? true : null,
                Drain = Chance(12) ? new() { Reason = "kernel" } : null,
            },
            Status = node.Status with
            {
                Capability = capability,
                LastHeartbeatTime = Heartbeat(),
                Instance = new() { Host = Of("box", "case") },
                Phase = Chance(10) ? FleetNodePhase.Draining : FleetNodePhase.Ready,
                NotAccepting = Chance(10) ? [new() { Reason = Of("DiskPressure", "OutOfHours"), Message = "later." }] : null,
            },
        };
    }

    // A server outside of the host that hosts have probed, with its slots or without.
    private NodeCapability WithShared(NodeCapability capability) => OfRank(0, 1, 2) > 0 ? capability : capability with
    {
        ModelServers = [.. capability.ModelServers!, new() { Url = OfRank("http://gateway:8080", "http://served:8080/v1"), Kind = ModelServerKind.OpenAI }],
        Models = [.. capability.Models!, .. Enumerable.Range(0, OfRank(1, 2)).Select(_ => Given.Model(OfRank(Models)) with { Server = OfRank("http://gateway:8080", "http://served:8080/v1"), Slots = OfRank<int?>(null, 1, 2, 3) })],
    };

    // Hosts come, with a place of their own among the names, and go.
    private void Join(List<FleetNode> nodes)
    {
        if (nodes.Count > 0 && Chance(5))
        {
            nodes.RemoveAt(_random.Next(nodes.Count));
        }

        var name = _random.Next(_hosts + 1);
        if (Chance(5) && nodes.All(n => n.Name() != $"n{name}"))
        {
            nodes.Add(Node(name));
        }
    }

    private FleetNode Changed(FleetNode node) => Chance(3)
        ? node with { Status = node.Status! with { LastHeartbeatTime = Heartbeat(), Slots = _random.Next(0, 5), Capability = node.Status.Capability! with { AvailableRAMGB = Of(4, 8, 32), Models = [Model()] } } }
        : node;

    private Agent Agent(string name) => Given.Agent(name, spec => name switch
    {
        "talker" => spec with { Role = AgentRole.Planner, Tools = ["submit_result"], Vision = new() { Enabled = true } },
        "sheller" => spec with { Role = AgentRole.Verifier, Tools = ["bash", "submit_result"], RequiredCapability = Asked() },
        "served" => spec with { Role = AgentRole.Reviewer, InferenceServiceRef = new() { Name = "served" }, Tools = ["submit_result"] },
        "cloud" => spec with { Provider = AgentProvider.CloudProxy, ProviderConfig = new() { BaseURL = "https://models.example.org/v1", Model = "large" } },
        "limited" => spec with { MaxConcurrentTasks = _random.Next(0, 3), Model = Of(Models) },
        "odd" => spec with { Tools = ["juggle"] },
        _ => spec with { Model = Chance(2) ? Of(Models) : null },
    });

    private RequiredCapability? Asked() => Chance(4) ? null : new()
    {
        MinRAMGB = Of<int?>(null, 0, 6, 16, 100),
        Accelerator = Of<RequiredAccelerator?>(null, RequiredAccelerator.Any, RequiredAccelerator.Cuda),
        MinAcceleratorMemoryGB = Of<int?>(null, null, 16),
        MinContextTokens = Of<int?>(null, null, 8192, 65536),
        MinTokensPerSecond = Of<int?>(null, null, 30),
        RequiresModelInstalled = Of<bool?>(null, null, true),
        Roles = Of<string[]?>(null, null, [], ["worker"], ["gpu", "worker"]),
        NodeSelector = Of<Dictionary<string, string>?>(null, null, [], new() { ["zone"] = "a" }, new() { ["zone"] = "b", ["rack"] = "1" }),
    };

    // Lists of its own for each task, as they come from JSON.
    private static RequiredCapability? Copy(RequiredCapability? asked) => asked is null ? null : asked with
    {
        Roles = asked.Roles?.ToArray(),
        NodeSelector = asked.NodeSelector?.ToDictionary(),
    };

    private AgenticTask Task(int index)
    {
        var task = Given.Task($"t{index}", priority: _random.Next(0, 3), age: _random.Next(0, 4));
        if (index == 0)
        {
            return task.Ended(TaskPhase.Succeeded, Verdict.Go);
        }

        var repo = Chance(4) ? Of("/srv/repo", "file://box/srv/repo", "https://git.example.org/a/b") : null;
        var inputs = Chance(8) ? new[] { Input() } : null;
        task = task.With(s => s with
        {
            Kind = repo is not null && Chance(3) ? TaskKind.Verify : TaskKind.Freeform,
            AgentRef = Chance(2) ? null : new() { Name = Of(Agents) },
            ModelRef = Chance(4) ? Of(Models) : null,
            RequiredCapability = Copy(Of(_asked)),
            DependsOn = inputs is not null ? ["t0"] : Chance(4) ? [.. Enumerable.Range(0, _random.Next(0, 3)).Select(_ => $"t{_random.Next(_tasks + 1)}")] : null,
            Placement = Of<Placement?>(null, null, Placement.Auto, Placement.Node, Placement.Operator),
            Suspend = Chance(15) ? true : null,
            Budget = _ofQuotas.Next(3) == 0 ? new() { Tokens = _ofQuotas.Next(2) == 0 ? null : _ofQuotas.Next(1, 300_000), Seconds = _ofQuotas.Next(2) == 0 ? null : _ofQuotas.Next(1, 2000) } : null,
            Cancel = Chance(20) ? true : null,
            RetryPolicy = Chance(3) ? new() { Limit = _random.Next(0, 6), BackoffSeconds = _random.Next(0, 60), Reasons = [FailureReason.Timeout] } : null,
            Payload = s.Payload with
            {
                Repo = repo,
                Branch = repo is null ? null : "main",
                Images = Chance(6) ? ["iVBORw0KGgo="] : null,
                Inputs = inputs,
            },
        });
        task = Labelled(task);
        return Chance(25)
            ? task with { Metadata = task.Metadata with { NamespaceProperty = "other" } }
            : InPhase(Chance(3) ? task.After([.. Enumerable.Range(1, _random.Next(1, 5)).Select(Attempt)]) : task);
    }

    private AgenticTask Labelled(AgenticTask task)
    {
        var labels = new Dictionary<string, string>();
        if (Chance(3))
        {
            labels[Labels.Queue] = Of("gold", "tin");
        }

        if (Chance(3))
        {
            labels[Labels.Workload] = Of("w1", "w2");
        }

        return task with { Metadata = task.Metadata with { Labels = labels } };
    }

    private TaskInput Input() => Chance(3)
        ? new() { Path = "notes.md", ConfigMapKeyRef = new() { Name = "notes", Key = "notes.md" } }
        : new() { Path = "big.bin", FromTask = new() { Name = "t0", Path = "out/big.bin" }, Host = Host() };

    private TaskAttempt Attempt(int number)
    {
        var outcome = Of(AttemptOutcome.Lost, AttemptOutcome.Lost, AttemptOutcome.Failed, AttemptOutcome.Declined, AttemptOutcome.GivenBack, AttemptOutcome.Succeeded, AttemptOutcome.Unclaimed);
        return new()
        {
            Attempt = number,
            Node = Chance(12) ? null : Host(),
            Model = OfRank<string?>("qwen", "llama", "tiny", null),
            Placement = Of<Placement?>(Placement.Node, Placement.Node, Placement.Operator, null),
            Outcome = outcome,
            Reason = outcome == AttemptOutcome.GivenBack ? Of(Reasons.AgentRestarted, "Timeout", "Draining") : outcome == AttemptOutcome.Failed ? Of("Timeout", "Cancelled") : outcome == AttemptOutcome.Declined ? Of<string?>(null, "disk full") : null,
            StartedAt = Given.Now.AddSeconds(-200 + (10 * number)),
            EndedAt = Given.Now.AddSeconds(-195 + (10 * number) + _random.Next(0, 30)),
            Usage = Chance(2) ? null : new() { PromptTokens = _random.Next(90_000), CachedTokens = _random.Next(50_000), CompletionTokens = _random.Next(9000), Seconds = _random.Next(60) },
        };
    }

    private AgenticTask WithModel(AgenticTask task) => task with
    {
        Status = task.Status with
        {
            Model = OfRank(0, 1, 2) == 0 ? null : new() { Name = OfRank(Models), Url = OfRank("http://127.0.0.1:8080", "http://10.0.0.7:8080", "http://gateway:8080", "http://served:8080", "https://models.example.org") },
        },
    };

    private AgenticTask InPhase(AgenticTask task) => _random.Next(12) switch
    {
        0 => WithModel(task.Assigned(Host(), Of(Placement.Node, Placement.Operator))),
        1 => WithModel(task.Assigned(Host(), Of(Placement.Node, Placement.Operator)).Claimed(Of("host/1", "operator/1"))),
        2 => task.Ended(Of(TaskPhase.Succeeded, TaskPhase.Failed), Of(Verdict.Go, Verdict.NoGo, Verdict.Skipped)),
        _ => task,
    };

    private AgenticTask Next(AgenticTask task)
    {
        if (task.IsScheduled())
        {
            return Chance(2) ? task.Claimed(task.Status.Placement == Placement.Operator ? "operator/1" : "host/1")
                : Chance(4) ? GivenBack(task, AttemptOutcome.Declined)
                : task;
        }

        return !task.IsRunning() || Chance(3) ? task
            : Chance(2) ? task.Ended(TaskPhase.Succeeded, Verdict.Go)
            : GivenBack(task, Of(AttemptOutcome.Lost, AttemptOutcome.Failed));
    }

    private AgenticTask GivenBack(AgenticTask task, AttemptOutcome outcome) => task with
    {
        Status = task.Status with
        {
            Phase = TaskPhase.Pending,
            AssignedNode = null,
            Placement = null,
            Claim = null,
            Attempts = [.. task.Status.Attempts, Blamed(Attempt((int)task.Status.Attempt) with { Node = task.Status.AssignedNode, Placement = task.Status.Placement, Outcome = outcome })],
        },
    };

    // Failures of the infrastructure are held against hosts.
    private TaskAttempt Blamed(TaskAttempt attempt) => attempt.Outcome == AttemptOutcome.Failed && OfMore(0, 1) == 0
        ? attempt with { Reason = OfMore("InfrastructureError", "SandboxUnavailable", "InferenceServiceUnavailable") }
        : attempt;
}
