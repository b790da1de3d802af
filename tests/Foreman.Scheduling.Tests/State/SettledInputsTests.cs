using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.State;

public class SettledInputsTests
{
    private readonly ClusterSnapshot _settled;

    public SettledInputsTests()
    {
        var waiting = Given.Task("w").With(s => s with { RequiredCapability = new() { MinRAMGB = 100 } });
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b"), Given.Node("c")], waiting, Given.Task("r").Assigned("a").Claimed());
        for (var i = 0; i < 3; i++)
        {
            var plan = Given.Decide(cluster);
            var nodes = plan.Nodes.ToDictionary(w => w.Node.Name(), w => w.After);
            cluster = cluster.Then(plan, seconds: 2) with { Nodes = [.. cluster.Nodes.Select(n => n with { Status = nodes.GetValueOrDefault(n.Name()) ?? n.Status })] };
        }

        // Objects that were read once are the same until they are read anew.
        var last = Given.Decide(cluster);
        Assert.Empty(last.Decisions);
        Assert.NotNull(last.State.Settled);
        _settled = cluster with { State = last.State, Uptime = cluster.Uptime + TimeSpan.FromSeconds(1) };
    }

    [Fact]
    public void A_renewed_lease_is_all_that_there_is_to_see()
    {
        var renewed = _settled.Renewed("a", "b", "c");

        var plan = Given.Decide(renewed);

        Assert.Same(_settled.State.Settled, plan.State.Settled);
        Assert.Empty(plan.Decisions);
        Assert.All(plan.State.Leases.Values, l => Assert.Equal(renewed.Uptime, l.ChangedAt));
        Assert.Equal(renewed.Uptime + LivenessRules.SuspectAfter, plan.RequeueAt);
    }

    [Fact]
    public void Whatever_else_has_changed_is_looked_at()
    {
        var other = _settled.Tasks.ToArray();
        other[0] = other[0] with { Metadata = other[0].Metadata with { Generation = 2 } };
        foreach (var (what, changed) in (IEnumerable<(string, ClusterSnapshot)>)
        [
            ("a task", _settled with { Tasks = other }),
            ("one task less", _settled with { Tasks = [.. _settled.Tasks.Skip(1)] }),
            ("a host", _settled with { Nodes = [.. _settled.Nodes.Take(2), Given.Node("c")] }),
            ("an Agent", _settled with { Agents = [Given.Agent("coder")] }),
            ("an InferenceService", _settled with { InferenceServices = new Dictionary<ObjectKey, InferenceEndpoint> { [new("default", "s")] = new(null, false, null) } }),
            ("an input", _settled with { InputProblems = new Dictionary<string, string> { ["uid-w"] = "gone" } }),
            ("a write under way", _settled with { Unconfirmed = new HashSet<string> { "uid-w" } }),
            ("the settings", _settled with { Settings = _settled.Settings with { InferenceBaseUrlOverride = "http://gateway:8080" } }),
            ("a holder", _settled with { Leases = [.. _settled.Leases.Take(2), Given.Lease("c", "host/2", renewal: 1)] }),
            ("a stopped agent", _settled with { Leases = [.. _settled.Leases.Take(2), Given.Lease("c", "", renewal: 1)] }),
            ("a new Lease", _settled with { Leases = [.. _settled.Leases, Given.Lease("d")] }),
            ("a silent host", _settled.Renewed("a", "b") with { Uptime = _settled.Uptime + LivenessRules.SuspectAfter }),
            ("a silent API server", _settled with { IsApiReachable = false }),
        ])
        {
            Assert.True(!ReferenceEquals(_settled.State.Settled, Given.Decide(changed).State.Settled), what);
        }
    }

    [Fact]
    public void What_falls_due_is_decided_though_nothing_has_changed()
    {
        // Its holder lives and makes no progress.
        var due = _settled.Renewed("a", "b", "c") with { Uptime = RunLimits.Silence(BuiltInAgent.Spec) + TimeSpan.FromSeconds(1) };
        var state = due.State with { Leases = due.State.Leases.SetItems(due.State.Leases.Select(l => KeyValuePair.Create(l.Key, l.Value with { ChangedAt = due.Uptime }))) };

        Assert.IsType<TakeBackTask>(Given.Decide(due with { State = state }).Write("r"));
    }
}
