using Foreman.Api;

namespace Foreman.Scheduling.Tests.Placing;

public sealed class JobPlacementTests
{
    private static readonly Agent Runner = Given.Agent("runner", s => s with { Tools = ["bash", "submit_result"], Execution = new() { Mode = ExecutionMode.Job } });

    private static AgenticTask Task => Given.Task("t").With(s => s with { AgentRef = new() { Name = "runner" } });

    private static AgenticTask Running => Given.Task("t").Assigned("a", Placement.Job).Claimed("pod/7");

    [Fact]
    public void Auto_means_a_Job_for_an_agent_that_is_executed_in_one()
    {
        var status = Decide(Reachable(Given.Node("a")), Task).After.Status;

        Assert.Equal((Placement.Job, "a", "http://10.0.0.7:8080"), (status.Placement, status.AssignedNode, status.Model?.Url));
        Assert.Equal(JobNames.Of("uid-t", 1), status.JobName);
    }

    [Fact]
    public void A_task_can_ask_for_a_Job_by_itself()
    {
        Assert.Equal(Placement.Job, Decide(Reachable(Given.Node("a")), Given.Task("t").With(s => s with { Placement = Placement.Job })).After.Status.Placement);
    }

    [Fact]
    public void Commands_in_a_Job_need_no_sandbox_of_the_host()
    {
        var node = Reachable(Given.Node("a"));
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { Sandbox = new() { Mode = SandboxMode.None } } } };

        Assert.Equal(Placement.Job, Decide(node, Task).After.Status.Placement);
        Assert.Equal(Reasons.SandboxUnavailable, Decide(node, Task.With(s => s with { Placement = Placement.Node })).Scheduled().Reason);
    }

    [Fact]
    public void A_Job_reaches_no_server_on_the_loopback_of_a_host()
    {
        Assert.Equal(Reasons.EndpointNotReachable, Decide(Given.Node("a"), Task).Scheduled().Reason);
    }

    [Fact]
    public void What_lies_on_a_host_is_not_in_a_Job()
    {
        var (demand, node) = (new Demand { Capability = new() }, new NodeView(Reachable(Given.Node("a")), NodeLiveness.Live, null, null));

        Assert.Null(JobPlacement.Instance.Check(demand, node));
        Assert.Equal("set spec.placement to Node", JobPlacement.Instance.Check(demand with { FolderHost = "" }, node)?.Fix);
        Assert.Equal("set spec.placement to Node", JobPlacement.Instance.Check(demand with { HostFiles = [new HostFile("a", "before", "out.bin")] }, node)?.Fix);
    }

    [Fact]
    public void J28_A_run_in_a_Job_stays_while_nothing_is_known_of_its_pod_and_whatever_becomes_of_the_host()
    {
        var cluster = Given.Cluster([Given.Node("a")], Running);
        var first = Given.Decide(cluster);
        Assert.Empty(first.Tasks);

        var silent = Given.Decide(cluster.Then(first, 600) with { Holders = Observed(new JobHolder(1, null)) });

        Assert.Equal(FleetNodePhase.NotReady, silent.Nodes[0].After.Phase);
        Assert.Empty(silent.Tasks);
    }

    [Theory]
    [InlineData("Lost", "NodeLost", false)]
    [InlineData("Preempted", "Preempted", false)]
    [InlineData("Failed", "ContainerOOM", true)]
    public void J25_A_run_is_taken_back_as_its_pod_ended(string outcome, string reason, bool ends)
    {
        var end = new TakeBackReason(new AttemptOutcome(outcome), reason, "pod team/p: it is so");
        var cluster = Given.Cluster([Given.Node("a")], Running) with { Holders = Observed(new JobHolder(1, end)) };

        var taken = Given.Decide(cluster);

        var entry = Assert.IsType<TakeBackTask>(taken.Write("t")).Attempt;
        Assert.Equal((outcome, reason, "pod/7"), (entry.Outcome?.Value, entry.Reason, entry.Holder));
        var next = Given.Decide(cluster.Then(taken));
        Assert.Equal(ends, next.Tasks.OfType<CompleteTask>().Any());
    }

    [Fact]
    public void An_assignment_whose_Job_is_refused_is_taken_back_with_the_reason()
    {
        var end = new TakeBackReason(AttemptOutcome.Failed, FailureReason.QuotaExceeded.Value, "the pod of its Job is refused");
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a", Placement.Job)) with { Holders = Observed(new JobHolder(1, end)) };

        Assert.Equal("QuotaExceeded", Assert.IsType<TakeBackTask>(Given.Decide(cluster).Write("t")).Attempt.Reason);
    }

    [Fact]
    public void What_was_observed_of_an_earlier_attempt_says_nothing_of_this_one()
    {
        var end = new TakeBackReason(AttemptOutcome.Lost, "NodeLost", "gone");

        Assert.Empty(Given.Decide(Given.Cluster([Given.Node("a")], Running) with { Holders = Observed(new JobHolder(0, end)) }).Tasks);
    }

    [Fact]
    public void A_task_that_is_a_container_needs_no_host()
    {
        var plan = Given.Decide(Given.Cluster([], Containing()));

        var write = Assert.IsType<AssignTask>(plan.Write("c"));
        Assert.Equal((Placement.Job, "", JobNames.Of("uid-c", 1)), (write.After.Status.Placement, write.After.Status.AssignedNode, write.After.Status.JobName));
        Assert.Null(write.After.Status.Model);
        Assert.Empty(Given.Decide(Given.Cluster([], write.After)).Tasks);
        Assert.Empty(Given.Decide(Given.Cluster([], write.After).Then(Given.Decide(Given.Cluster([], write.After)), 600)).Tasks);
    }

    [Theory]
    [InlineData("Succeeded", "Succeeded", 0, "Succeeded", "GO", null)]
    [InlineData("Failed", "ContainerExit", 3, "Failed", "INCOMPLETE", "ContainerExit")]
    public void C20_C21_A_container_ends_its_task_by_its_exit_code(string outcome, string reason, int code, string phase, string verdict, string? failure)
    {
        var end = new TakeBackReason(new AttemptOutcome(outcome), reason, "pod default/p: so it is") { ExitCode = code };
        var running = Containing().Assigned("", Placement.Job).Claimed("pod/7");
        var cluster = Given.Cluster([], running) with { Holders = new Dictionary<string, HolderObservation> { ["uid-c"] = new JobHolder(1, end) } };

        var taken = Given.Decide(cluster);
        var ended = Assert.IsType<CompleteTask>(Given.Decide(cluster.Then(taken)).Write("c")).After.Status;

        Assert.Equal((phase, verdict, failure, code), (ended.Phase?.Value, ended.Verdict?.Value, ended.FailureReason?.Value, ended.ExitCode));
        Assert.Equal(("container", code), ((string?)ended.Result!["kind"], (int)ended.Result["extra"]!["exitCode"]!));
    }

    private static AgenticTask Containing() => Given.Task("c").With(s => s with { Payload = new(), Container = new() { Image = "example.com/coder:1" } });

    private static Dictionary<string, HolderObservation> Observed(JobHolder holder) => new() { ["uid-t"] = holder };

    private static TaskDecision Decide(FleetNode node, AgenticTask task) => Given.Decide(Given.Cluster([node], task) with { Agents = [Runner] }).Write("t");

    private static FleetNode Reachable(FleetNode node) => node with
    {
        Status = node.Status! with
        {
            Capability = node.Status.Capability! with
            {
                ModelServers = [new() { Url = "http://127.0.0.1:8080", ReachableURL = "http://10.0.0.7:8080", Kind = ModelServerKind.LlamaCpp }],
            },
        },
    };
}
