using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchChecksTests
{
    private static readonly DispatchRequest OnForge = new() { Issues = [42], Repo = "o/r", Kind = TaskKind.IssueFix, Machine = "box" };
    private static readonly DispatchRequest OnFolder = OnForge with { Repo = "file://box/c", Folder = "/c", Prompt = "p" };

    [Fact]
    public void A_ready_host_is_enough_for_a_forge() => Assert.Null(DispatchChecks.Hosts(OnForge, [Node("a", ready: false), Node("b")]));

    [Fact]
    public void Without_a_ready_host_each_is_named_with_its_reason()
    {
        Assert.StartsWith("no host has registered: start foreman-agent", DispatchChecks.Hosts(OnForge, []), StringComparison.Ordinal);
        var message = DispatchChecks.Hosts(OnForge, [Node("b", ready: false), Node("a", ready: false)]);

        Assert.StartsWith("none of 2 hosts is Ready: a (NotReady, HeartbeatStale), b (NotReady, HeartbeatStale); start foreman-agent there", message, StringComparison.Ordinal);
        Assert.EndsWith("with --queue", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_needs_an_agent_of_its_machine_that_takes_it()
    {
        Assert.Null(DispatchChecks.Hosts(OnFolder, [Node("a"), Node("b", host: "BOX", takes: true)]));
        Assert.StartsWith("the agent of b on this machine (box) takes no clones from tasks: start it with --allow-local-repos", DispatchChecks.Hosts(OnFolder, [Node("a", takes: true), Node("b", host: "box")]), StringComparison.Ordinal);
        Assert.StartsWith("no agent runs on this machine (box)", DispatchChecks.Hosts(OnFolder, [Node("a", takes: true)]), StringComparison.Ordinal);
        Assert.Null(DispatchChecks.Hosts(OnFolder with { Repo = "file:///c" }, [Node("a")]));
    }

    [Fact]
    public void An_agent_that_is_not_there_is_told_with_those_that_are()
    {
        var request = OnForge with { Agent = "coder" };

        Assert.Null(DispatchChecks.Agent(OnForge, [], "team"));
        Assert.Null(DispatchChecks.Agent(request, [Agent("coder")], "team"));
        Assert.StartsWith("Agent coder does not exist in namespace team: there are a, b; create it", DispatchChecks.Agent(request, [Agent("b"), Agent("a")], "team"), StringComparison.Ordinal);
        Assert.Contains("there is none", DispatchChecks.Agent(request, [], "team"), StringComparison.Ordinal);
    }

    private static Agent Agent(string name) => new() { Metadata = new() { Name = name } };

    private static FleetNode Node(string name, bool ready = true, string host = "attic", bool? takes = null) => new()
    {
        Metadata = new() { Name = name },
        Status = new()
        {
            Phase = ready ? FleetNodePhase.Ready : FleetNodePhase.NotReady,
            Conditions = [new() { Type = ConditionTypes.Ready, Status = ready ? "True" : "False", Reason = ready ? Reasons.HeartbeatFresh : Reasons.HeartbeatStale }],
            Instance = new() { Host = host },
            Capability = new() { LocalRepositories = takes },
        },
    };
}
