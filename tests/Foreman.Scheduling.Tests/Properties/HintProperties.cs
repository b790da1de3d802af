using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>What a waiting task is told to let the nearest host match does let it match: every step is followed, and then the task is assigned.</summary>
public sealed class HintProperties
{
    private const int Rounds = 3;

    [Fact]
    public void A_task_is_assigned_once_all_that_it_is_told_has_been_done()
    {
        var (followed, several, kinds) = (0, 0, new HashSet<Type>());
        for (var seed = 0; seed < Math.Min(LongRun.Seeds(150), 3000); seed++)
        {
            foreach (var (cluster, hint) in Hints(seed).Where(h => h.Hint.CanFollow))
            {
                var task = cluster.Tasks.Single(t => t.IsPending());
                var done = new FollowedHint(cluster, task, new Random(seed));
                foreach (var step in hint.Steps)
                {
                    done.Follow(step);
                }

                var plan = Given.Decide(done.Cluster);
                Assert.True(plan.Write(task.Name()) is AssignTask, $"seed {seed}: {task.Name()} was told \"{hint.Text}\", and then {Told(plan, task)}");
                followed++;
                several += hint.Steps.Count > 1 ? 1 : 0;
                kinds.UnionWith(done.Kinds);
            }
        }

        Assert.True(followed > 300 && several > 100, $"{followed} hints were followed, {several} of them with several steps");
        Assert.Superset(
            new HashSet<Type>
            {
                typeof(Wait), typeof(GetSlot), typeof(StartAgent), typeof(MendAgent), typeof(RestartAgent), typeof(Uncordon), typeof(Accept), typeof(AdmitNamespace),
                typeof(AddRoles), typeof(SetLabels), typeof(AskLess), typeof(AskAnyAccelerator), typeof(ServeModel), typeof(GiveSandbox),
                typeof(AllowLocalRepositories), typeof(OpenServer), typeof(AskPlacement),
            },
            kinds);
    }

    [Fact]
    public void What_no_step_helps_is_told_as_such()
    {
        var kinds = new HashSet<Type>();
        for (var seed = 0; seed < 60; seed++)
        {
            foreach (var (_, hint) in Hints(seed).Where(h => !h.Hint.CanFollow))
            {
                var stuck = hint.Steps.Where(s => !s.CanFollow).ToArray();
                Assert.All(stuck, s => Assert.True(s is Elsewhere or Advice or MendAccelerators or DropImages or Either or Both, $"seed {seed}: {s}"));
                kinds.UnionWith(stuck.Select(s => s.GetType()));
            }
        }

        Assert.Contains(typeof(Elsewhere), kinds);
    }

    [Fact]
    public void A_file_on_another_host_is_brought_back_by_nothing_that_is_done_to_this_one()
    {
        var file = new TaskInput { Path = "big.bin", FromTask = new() { Name = "done", Path = "out/big.bin" }, Host = "gone" };
        var task = Given.Task("t").With(s => s with { DependsOn = ["done"], Payload = s.Payload with { Inputs = [file] } }) with { Status = new() { Phase = TaskPhase.Pending, Attempt = 1 } };
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("done").Ended(TaskPhase.Succeeded, Verdict.Go), task);

        var told = Given.Decide(cluster).Write("t").Scheduled().Message;
        var hint = HintOf(cluster)!;

        Assert.IsType<Elsewhere>(Assert.Single(hint.Steps));
        Assert.False(hint.CanFollow);
        Assert.EndsWith("To let it match: bring gone back, or create task \"done\" again and then this one.", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_change_that_the_nearest_host_needs_is_named()
    {
        var node = Given.Node("a", ram: 16);
        node = node with { Spec = node.Spec with { Unschedulable = true, Drain = new() { Reason = "kernel" }, Namespaces = ["other"] }, Status = node.Status! with { TaskNamespaces = ["other"] } };
        var task = Given.Task("t").With(s => s with { RequiredCapability = new() { MinRAMGB = 40, NodeSelector = new Dictionary<string, string> { ["zone"] = "lab", ["row"] = "1" } } });

        Assert.EndsWith(
            " and 3 more. To let it match: add default to spec.namespaces and --task-namespace of a; kubectl label fleetnode a --overwrite zone=lab row=1; "
            + "lower spec.requiredCapability.minRAMGB to 16; clear spec.drain and spec.unschedulable on FleetNode a.",
            Given.Decide(Given.Cluster([node], task)).Write("t").Scheduled().Message,
            StringComparison.Ordinal);
    }

    private static string Told(Plan plan, AgenticTask task) => plan.Write(task.Name()) is ExplainTask told ? told.Scheduled().Message : plan.Write(task.Name()).GetType().Name;

    // Each waiting task of a fleet that goes on for a while, alone in its queue, with what it is told.
    private static IEnumerable<(ClusterSnapshot Cluster, Hint Hint)> Hints(int seed)
    {
        var fleet = new RandomFleet(seed);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var task in fleet.Cluster.Tasks.Where(t => t.IsPending()))
            {
                var cluster = Alone(fleet.Cluster, task);
                if (HintOf(cluster) is { } hint)
                {
                    yield return (cluster, hint);
                }
            }

            fleet.Go(Given.Decide(fleet.Cluster));
        }
    }

    // Null when it is not for want of a host that the task waits.
    private static Hint? HintOf(ClusterSnapshot cluster)
    {
        var forecast = Assert.Single(Forecast.OfQueue(cluster, Given.Now));
        if (!forecast.Message.StartsWith("0 of ", StringComparison.Ordinal) || Forecast.OfHosts(cluster, forecast with { NeedsHost = true }, Given.Now) is not [var nearest, ..])
        {
            return null;
        }

        var hint = Hint.Of(nearest.Violations);
        Assert.EndsWith($"To let it match: {hint.Text}.", forecast.Message, StringComparison.Ordinal);
        return hint;
    }

    // No other task takes the slot, none uses a model server that others share, none is taken back, and what has happened is known.
    private static ClusterSnapshot Alone(ClusterSnapshot cluster, AgenticTask task)
    {
        AgenticTask[] others = [.. cluster.Tasks.Where(t => !t.IsPending()).Select(t => t.HoldsSlot() ? t with { Status = t.Status with { Model = null } } : t)];
        var alone = cluster with
        {
            Tasks = [.. others, task],
            Unconfirmed = others.Where(t => t.HoldsSlot()).Select(t => t.Uid()).ToHashSet(),
            Quotas = QuotaSet.None,
            State = Bare(cluster.State),
        };
        return alone with { State = Bare(Given.Decide(alone).State) };
    }

    private static SchedulerState Bare(SchedulerState state) => state with
    {
        Writes = SchedulerState.Empty.Writes,
        Told = ToldTasks.None,
        Settled = null,
        Verdicts = FleetVerdicts.None,
        Kept = null,
        KeptLeases = null,
        Trimmed = null,
    };
}

/// <summary>A cluster in which the steps of a hint are followed, each as it is written; where there are two ways, by chance.</summary>
internal sealed class FollowedHint(ClusterSnapshot cluster, AgenticTask task, Random random)
{
    private const string Server = "http://127.0.0.1:9999";

    private readonly HashSet<string> _open = [];

    /// <summary>The cluster after the steps that were followed.</summary>
    public ClusterSnapshot Cluster { get; private set; } = cluster;

    /// <summary>Which kinds of steps were followed.</summary>
    public HashSet<Type> Kinds { get; } = [];

    /// <summary>Follows a step.</summary>
    /// <param name="step">The step, which can be followed.</param>
    public void Follow(HintStep step)
    {
        Kinds.Add(step.GetType());
        switch (step)
        {
            case Either(var one, var other):
                Follow(!other.CanFollow || (one.CanFollow && random.Next(2) == 0) ? one : other);
                break;
            case Both(var one, var other):
                Follow(one);
                Follow(other);
                break;
            default:
                FollowOne(step);
                break;
        }
    }

    private void FollowOne(HintStep step)
    {
        if (!TryOnTask(step) && !TryOnAgent(step) && !TryOnModels(step))
        {
            OnHost(step);
        }
    }

    private bool TryOnTask(HintStep step)
    {
        switch (step)
        {
            case Wait { What: null }:
                Cluster = Cluster with { State = Cluster.State with { Tasks = Cluster.State.Tasks.SetItem(task.Uid(), new(task.Status.Attempt, TaskPhase.Pending, Cluster.Uptime - TimeSpan.FromHours(1))) } };
                return true;
            case Wait:
                Cluster = Cluster with
                {
                    Tasks = [.. Cluster.Tasks.Select(t => t.IsScheduled() ? t.Claimed(t.Status.Placement == Placement.Operator ? "operator/1" : "host/1") : t)],
                    Nodes = [.. Cluster.Nodes.Select(n => n with { Status = n.Status! with { LastHeartbeatTime = Given.Now.AddHours(1) } })],
                };
                return true;
            case AskPlacement(var words):
                OfTask(s => s with { Placement = words.StartsWith("Node", StringComparison.Ordinal) ? Placement.Node : Placement.Auto });
                return true;
            case DropImages:
                OfTask(s => s with { Payload = s.Payload with { Images = null } });
                return true;
            default:
                return false;
        }
    }

    private bool TryOnAgent(HintStep step)
    {
        switch (step)
        {
            case AskLess(var path, var field, var value):
                OfCapability(path, c => Asking(c, field, value is null ? null : int.Parse(value, CultureInfo.InvariantCulture)));
                return true;
            case AskAnyAccelerator(var path):
                OfCapability(path, c => c with { Accelerator = RequiredAccelerator.Any });
                return true;
            case DropRoles(var path, var roles):
                OfCapability(path, c => c with { Roles = [.. c.Roles!.Except(roles.Split(", "), StringComparer.Ordinal)] });
                return true;
            case DropTools(_, var tools):
                OfAgent(s => s with { Tools = [.. s.Tools.Except(tools.Split(", "), StringComparer.Ordinal)] });
                return true;
            case ClearEgress:
                OfAgent(s => s with { Egress = null });
                return true;
            default:
                return false;
        }
    }

    private bool TryOnModels(HintStep step)
    {
        switch (step)
        {
            case ServeModel(var host, var model, _, var sees):
                OfCapabilityOf(host, c => Serving(c, Server, model, sees));
                Listen(host);
                return true;
            case MendServer(var host, var url, var model, var sees):
                OfCapabilityOf(host, c => c with { ModelServers = [.. c.ModelServers!.Select(s => s.Url == url ? s with { Healthy = null } : s)] });
                OfCapabilityOf(host, c => ModelChoice.Candidates(c, model).Count > 0 ? c : Serving(c, url, model, sees));
                Listen(host);
                return true;
            case InstallModel(var host, var model):
                OfCapabilityOf(host, c => c with { InstalledModels = [.. c.InstalledModels ?? [], model ?? "any"] });
                return true;
            case GiveContext(var host, var tokens):
                OfCapabilityOf(host, c => c with { MaxContextTokens = tokens, Models = [.. (c.Models ?? []).Select(m => m with { ContextTokens = tokens })] });
                return true;
            case AddServer(var host, var url):
                OfCapabilityOf(host, c => c with { ModelServers = [.. c.ModelServers ?? [], new() { Url = url }] });
                return true;
            case OpenServer(var host):
                _open.Add(host);
                Listen(host);
                return true;
            default:
                return false;
        }
    }

    private void OnHost(HintStep step)
    {
        switch (step)
        {
            case GetSlot(var host):
                OfStatus(host, s => s with { Slots = Cluster.Tasks.Count(t => t.HoldsSlot() && t.Status.AssignedNode == host) + 1 });
                break;
            case StartAgent(var host):
                Hear(host);
                break;
            case MendAgent(var host):
                Hear(host);
                break;
            case RestartAgent(var host):
                OfStatus(host, s => s with { Phase = FleetNodePhase.Ready });
                break;
            case Uncordon(var host, _, _):
                OfHost(host, n => n with { Spec = n.Spec with { Unschedulable = null, Drain = null } });
                break;
            case Accept(var host):
                OfStatus(host, s => s with { NotAccepting = null });
                break;
            case AdmitNamespace(var host, var space, var lists):
                OfHost(host, n => Admitting(n, space, lists));
                break;
            case AddRoles(var host, var roles):
                OfHost(host, n => n with { Spec = n.Spec with { Roles = [.. n.Spec.Roles ?? [], .. roles.Split(", ")] } });
                break;
            case SetLabels(var host, var labels):
                OfHost(host, n => Labelled(n, labels));
                break;
            case FreeMemory(var host, var gigabytes):
                OfCapabilityOf(host, c => c with { AvailableRAMGB = gigabytes });
                break;
            case MendAccelerators(var host, _):
                OfCapabilityOf(host, c => c with { Accelerators = [.. c.Accelerators!.Select(a => a with { Healthy = null })] });
                break;
            case GiveSandbox(var host, _):
                OfCapabilityOf(host, c => c with { Sandbox = new() { Mode = SandboxMode.Full } });
                break;
            case AllowLocalRepositories(var host):
                OfCapabilityOf(host, c => c with { LocalRepositories = true });
                break;
            default:
                throw new NotSupportedException($"nobody knows how to follow {step}");
        }
    }

    // A started agent renews its Lease, claims, and drains no more.
    private void Hear(string host)
    {
        var lease = Given.Lease(host, renewal: 3600);
        var seen = new ObservedLease { Holder = lease.Spec!.HolderIdentity!, RenewTime = lease.Spec.RenewTime, ChangedAt = Cluster.Uptime, HolderSince = Cluster.Uptime, LiveSince = Cluster.Uptime };
        Cluster = Cluster with
        {
            Leases = [.. Cluster.Leases.Where(l => l.Name() != lease.Name()), lease],
            State = Cluster.State with { Leases = Cluster.State.Leases.SetItem(host, seen), Probations = Cluster.State.Probations.Remove(host) },
        };
        OfStatus(host, s => s with { Phase = FleetNodePhase.Ready });
    }

    private static RequiredCapability Asking(RequiredCapability capability, string field, int? value) => field switch
    {
        "minRAMGB" => capability with { MinRAMGB = value },
        "minAcceleratorMemoryGB" => capability with { MinAcceleratorMemoryGB = value },
        "minContextTokens" => capability with { MinContextTokens = value },
        "minTokensPerSecond" => capability with { MinTokensPerSecond = value },
        _ => throw new NotSupportedException($"nobody asks for {field}"),
    };

    private static NodeCapability Serving(NodeCapability capability, string url, string? model, bool sees) => capability with
    {
        ModelServers = [.. (capability.ModelServers ?? []).Where(s => s.Url != url), (capability.ModelServers ?? []).FirstOrDefault(s => s.Url == url) ?? new() { Url = url }],
        Models = [.. capability.Models ?? [], new() { Name = model ?? "any", Server = url, Loaded = true, Vision = sees ? true : null }],
    };

    // What is served after a host was told to listen wider listens so too.
    private void Listen(string host)
    {
        if (_open.Contains(host))
        {
            OfCapabilityOf(host, c => c with { ModelServers = [.. Servers(c).Select(s => s with { ReachableURL = "http://10.0.0.9:8080" })] });
        }
    }

    // Also those of which the random host names models only.
    private static IEnumerable<Api.ModelServer> Servers(NodeCapability capability) =>
        (capability.ModelServers ?? []).Concat((capability.Models ?? []).Select(m => new Api.ModelServer { Url = m.Server })).DistinctBy(s => s.Url);

    private static FleetNode Admitting(FleetNode node, string space, string lists) => node with
    {
        Spec = lists.Contains("spec.namespaces", StringComparison.Ordinal) ? node.Spec with { Namespaces = [.. node.Spec.Namespaces!, space] } : node.Spec,
        Status = lists.Contains("--task-namespace", StringComparison.Ordinal) ? node.Status! with { TaskNamespaces = [.. node.Status.TaskNamespaces!, space] } : node.Status,
    };

    private static FleetNode Labelled(FleetNode node, string labels)
    {
        var all = new Dictionary<string, string>(node.Metadata.Labels ?? new Dictionary<string, string>());
        foreach (var label in labels.Split(' ').Select(l => l.Split('=')))
        {
            all[label[0]] = label[1];
        }

        return node with { Metadata = node.Metadata with { Labels = all } };
    }

    private void OfCapability(string path, Func<RequiredCapability, RequiredCapability> change)
    {
        if (path.StartsWith("Agent ", StringComparison.Ordinal))
        {
            OfAgent(s => s with { RequiredCapability = change(s.RequiredCapability!) });
        }
        else
        {
            OfTask(s => s with { RequiredCapability = change(s.RequiredCapability!) });
        }
    }

    private void OfTask(Func<AgenticTaskSpec, AgenticTaskSpec> change) =>
        Cluster = Cluster with { Tasks = [.. Cluster.Tasks.Select(t => t.Uid() == task.Uid() ? t.With(change) : t)] };

    private void OfAgent(Func<AgentSpec, AgentSpec> change) => Cluster = Cluster with
    {
        Agents = [.. Cluster.Agents.Select(a => a.Name() == task.AgentName() && a.Namespace() == task.Namespace() ? a with { Spec = change(a.Spec) } : a)],
    };

    private void OfHost(string host, Func<FleetNode, FleetNode> change) => Cluster = Cluster with { Nodes = [.. Cluster.Nodes.Select(n => n.Name() == host ? change(n) : n)] };

    private void OfStatus(string host, Func<FleetNodeStatus, FleetNodeStatus> change) => OfHost(host, n => n with { Status = change(n.Status!) });

    private void OfCapabilityOf(string host, Func<NodeCapability, NodeCapability> change) => OfStatus(host, s => s with { Capability = change(s.Capability!) });
}
