using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>Ended tasks and hosts that left are deleted by a real operator on both API servers; what is still needed is not.</summary>
public class CleanUpTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task An_ended_task_goes_with_its_transcript_once_nobody_needs_it(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster, change: s => s with { CleanUp = new() { FinishedTasks = TimeSpan.FromSeconds(2) } });
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment);
        var follower = await CreateAsync(fleet, space, "follower", s => s with { Suspend = true, DependsOn = ["first"] });
        await CreateAsync(fleet, space, "first");
        await CreateAsync(fleet, space, "other");

        await GoneAsync(fleet, space, "other");

        // Nothing says which of the two ends first, and digests are written one at a time.
        var digest = await Eventually.GetAsync(() => fleet.Client.TryReadAsync<V1ConfigMap>(Labels.TranscriptConfigMap("first"), space), "the digest of the task that is kept");
        var first = await fleet.Client.ReadAsync<AgenticTask>("first", space);
        Assert.Equal(TaskPhase.Succeeded, first.Status.Phase);
        Assert.True(digest.IsOwnedBy(first));

        await fleet.Client.PatchAsync<AgenticTask>(V1Patch.Merge(new() { ["spec"] = new JsonObject { ["cancel"] = true } }), follower.Name(), space);
        await GoneAsync(fleet, space, "first");
        await GoneAsync(fleet, space, "follower");
        if (!cluster.EnforcesRbac)
        {
            // Nothing collects garbage on the other one.
            await Eventually.TrueAsync(async () => await fleet.Client.TryReadAsync<V1ConfigMap>(digest.Name(), space) is null, "the digest to be gone");
        }
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task Tasks_of_a_Workload_stay_until_that_has_ended(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster, change: s => s with { CleanUp = new() { FinishedTasks = TimeSpan.FromSeconds(1) } });
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment);
        await fleet.Client.CreateAsync(AgentFor(space, "any", roles: null));
        await fleet.Client.CreateAsync(AgentFor(space, "picky", roles: ["nobody"]));
        var workload = await fleet.Client.CreateAsync(new Workload
        {
            Metadata = new() { Name = "w", NamespaceProperty = space },
            Spec = new()
            {
                Intent = "Say hello twice.",
                Pipeline =
                [
                    new() { Name = "one", Kind = TaskKind.Freeform, AgentRef = new() { Name = "any" }, Payload = new() { Prompt = "Say hello." } },
                    new() { Name = "two", Kind = TaskKind.Freeform, AgentRef = new() { Name = "picky" }, DependsOn = ["one"], Payload = new() { Prompt = "Say hello." } },
                ],
            },
        });
        await Eventually.TrueAsync(async () => (await TasksOf(fleet, workload)).Any(t => t.IsTerminal()), "the end of the first step");
        await CreateAsync(fleet, space, "other");
        await GoneAsync(fleet, space, "other");
        Assert.Contains(await TasksOf(fleet, workload), t => t.IsTerminal());

        await fleet.Client.PatchAsync<Workload>(V1Patch.Merge(new() { ["spec"] = new JsonObject { ["cancel"] = true } }), "w", space);

        await Eventually.TrueAsync(
            async () => (await fleet.Client.ReadAsync<Workload>("w", space)).Status?.Conditions.IsTrue(ConditionTypes.Completed) == true, "the Workload to end", TimeSpan.FromSeconds(60));
        fleet.Time.Skip(BetweenLooks);
        await Eventually.TrueAsync(async () => (await TasksOf(fleet, workload)).Count == 0, "the tasks of the Workload to be gone", TimeSpan.FromSeconds(60));
        Assert.True((await fleet.Client.ReadAsync<Workload>("w", space)).Status!.Conditions.IsTrue(ConditionTypes.Completed));
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_host_that_left_goes_and_one_that_is_cordoned_stays(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster, change: s => s with { CleanUp = new() { LeftNodes = TimeSpan.FromSeconds(2) } });
        var (left, kept) = ($"left-{fleet.Space}", $"kept-{fleet.Space}");
        await LeaveAsync(fleet, kept, cordoned: true);
        await LeaveAsync(fleet, left, cordoned: false);

        await Eventually.TrueAsync(async () => await fleet.Client.TryReadAsync<FleetNode>(left) is null, "the host to be gone");

        await Eventually.TrueAsync(
            async () => (await fleet.Client.ListAsync<CoreV1Event>()).Items.Any(e => e.Reason == Reasons.CleanedUp && e.InvolvedObject?.Name == left), "the event about it");
        var cordoned = await fleet.Client.ReadAsync<FleetNode>(kept);
        Assert.Equal(Reasons.AgentStopped, cordoned.Status!.Conditions.Find(ConditionTypes.Ready)?.Reason);
        if (!cluster.EnforcesRbac)
        {
            await Eventually.TrueAsync(async () => await fleet.Client.TryReadAsync<V1Lease>(Labels.LeaseName(left), fleet.Space) is null, "its Lease to be gone");
        }

        await fleet.Client.DeleteAsync<FleetNode>(kept);
    }

    // A FleetNode and its Lease as an agent leaves them that was told to stop.
    private static async Task LeaveAsync(TestOperator fleet, string name, bool cordoned)
    {
        var node = await fleet.Client.CreateAsync(new FleetNode { Metadata = new() { Name = name }, Spec = new() { NodeName = name, Unschedulable = cordoned ? true : null } });
        var status = new FleetNodeStatus { Phase = FleetNodePhase.Draining, NotAccepting = [new() { Reason = Reasons.Draining, Message = "the agent was told to stop" }] };
        var body = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ApiJson.Default.FleetNodeStatus) };
        await fleet.Client.PatchAsync<FleetNode>(V1Patch.Merge(body), name, null, new PatchOptions { Subresource = "status" });
        await fleet.Client.CreateAsync(new V1Lease
        {
            Metadata = new() { Name = Labels.LeaseName(name), NamespaceProperty = fleet.Space, OwnerReferences = [node.AsOwner()] },
            Spec = new() { HolderIdentity = "", LeaseDurationSeconds = 40 },
        });
    }

    private static Agent AgentFor(string space, string name, IReadOnlyList<string>? roles) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = space },
        Spec = new() { Role = AgentRole.Coder, SystemPrompt = "You work.", Tools = ["submit_result"], RequiredCapability = new() { Roles = roles } },
    };

    private static async Task<IReadOnlyList<AgenticTask>> TasksOf(TestOperator fleet, Workload workload) =>
        [.. (await fleet.Client.ListAsync<AgenticTask>(workload.Namespace())).Items.Where(t => t.IsOwnedBy(workload))];

    // What has ended is looked at every five seconds, and goes at the first look after its time.
    private static async Task GoneAsync(TestOperator fleet, string space, string task)
    {
        await Eventually.TrueAsync(async () => await fleet.Client.TryReadAsync<AgenticTask>(task, space) is not { } there || there.IsTerminal(), $"{task} to end");
        fleet.Time.Skip(BetweenLooks);
        await Eventually.TrueAsync(async () => await fleet.Client.TryReadAsync<AgenticTask>(task, space) is null, $"{task} to be gone", TimeSpan.FromSeconds(60));
    }

    private static Task<AgenticTask> CreateAsync(TestOperator fleet, string space, string name, Func<AgenticTaskSpec, AgenticTaskSpec>? change = null)
    {
        var spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } };
        return fleet.Client.CreateAsync(new AgenticTask { Metadata = new() { Name = name, NamespaceProperty = space }, Spec = change is null ? spec : change(spec) });
    }
}
