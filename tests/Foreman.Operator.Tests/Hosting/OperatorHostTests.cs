using System.Diagnostics;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Testing.Faults;

namespace Foreman.Operator.Tests.Hosting;

public class OperatorHostTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    // Of an election: from one look to the next at most, and from the last renewal to the end of a lead.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(10);

    // Between two tries to follow what is in the cluster.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task An_applied_task_is_placed_run_and_told_about(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment);

        var task = await EndOfAsync(fleet, await CreateAsync(fleet, space, "t"));

        Assert.Equal((TaskPhase.Succeeded, host.Name, 1L), (task.Status.Phase, task.Status.AssignedNode, task.Status.Attempt));
        Assert.True(task.Status.Conditions.IsTrue(ConditionTypes.Completed));
        await Eventually.PassesAsync(
            async () =>
            {
                var told = (await fleet.Client.ListAsync<CoreV1Event>(space)).Items.Select(e => e.Reason).ToArray();
                Assert.Contains("Scheduled", told);
                Assert.Contains("Completed", told);
                var node = await fleet.Client.ReadAsync<FleetNode>(host.Name);
                Assert.True(node.Status!.Conditions.IsTrue(ConditionTypes.Ready));
                Assert.Equal((0, null), (node.Status.UsedSlots ?? 0, node.Status.CurrentTask));
                var digest = await fleet.Client.ReadAsync<V1ConfigMap>("foreman-transcript-t", space);
                Assert.Equal(task.Uid(), digest.GetLabel(Labels.TranscriptUid));
            },
            "events, the host's mirror and the digest");
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_task_that_nothing_matches_says_why_within_a_second_and_runs_when_a_host_comes(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var small = await StubHost.StartAsync(fleet, $"small-{space}", Moment);
        var clock = Stopwatch.StartNew();
        var created = await CreateAsync(fleet, space, "t", s => s with { RequiredCapability = new() { Roles = ["verifier"] } });

        var why = await ConditionAsync(fleet, created, c => c is { Status: Conditions.False });

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
        Assert.Equal(Reasons.NoMatchingNode, why.Reason);
        Assert.StartsWith("0 of 1 nodes match: 1 without the roles.", why.Message, StringComparison.Ordinal);
        await using var fitting = await StubHost.StartAsync(fleet, $"fits-{space}", Moment, change: s => s with { Roles = ["verifier"] });
        Assert.Equal(fitting.Name, (await EndOfAsync(fleet, created)).Status.AssignedNode);
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task An_assignment_that_is_not_claimed_is_handed_on(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var deaf = await StubHost.StartAsync(fleet, $"a-{space}", Moment, claims: false);
        var created = await CreateAsync(fleet, space, "t");
        await Eventually.TrueAsync(async () => (await ReadAsync(fleet, created)).Status.AssignedNode == deaf.Name, "the assignment");
        await using var other = await StubHost.StartAsync(fleet, $"b-{space}", Moment);
        await Eventually.TrueAsync(async () => (await fleet.Client.ReadAsync<FleetNode>(other.Name)).Status?.Conditions.IsTrue(ConditionTypes.Ready) == true, "the other host to be known");

        fleet.Time.Skip(TimeSpan.FromSeconds(15));

        var task = await EndOfAsync(fleet, created, TimeSpan.FromSeconds(60));

        Assert.Equal((other.Name, 2L), (task.Status.AssignedNode, task.Status.Attempt));
        Assert.Equal([AttemptOutcome.Unclaimed, AttemptOutcome.Succeeded], task.Status.Attempts.Select(a => a.Outcome!.Value));
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task What_cannot_be_done_ends_at_once_and_names_the_field(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await fleet.Client.CreateAsync(new Workload { Metadata = new() { Name = "w", NamespaceProperty = space }, Spec = new() { Intent = "x" } });
        var created = await CreateAsync(fleet, space, "t", s => s with { Payload = s.Payload with { OpenPullRequest = true } });

        var task = await EndOfAsync(fleet, created);

        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Unsupported), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.StartsWith("spec.payload.openPullRequest:", task.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);

        // An Agent that plans might have come.
        fleet.Time.Skip(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(
            async () => (await fleet.Client.ReadAsync<Workload>("w", space)).Status?.Conditions.Find(ConditionTypes.Planned)?.Reason == Reasons.NoPlannerOrPipeline,
            "the Workload's condition");
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task The_larger_priority_goes_first_when_a_slot_comes_free(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        var low = await CreateAsync(fleet, space, "low");
        var high = await CreateAsync(fleet, space, "high", s => s with { Priority = 10 });
        await ConditionAsync(fleet, high, c => c.Status == Conditions.False);
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment);

        var (second, first) = (await EndOfAsync(fleet, low), await EndOfAsync(fleet, high));

        Assert.True(first.Status.Conditions.Find(ConditionTypes.Completed)!.LastTransitionTime <= second.Status.Conditions.Find(ConditionTypes.Completed)!.LastTransitionTime);
        Assert.True(ResourceVersions.IsOlder(first.ResourceVersion(), second.ResourceVersion()));
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_run_of_an_operator_that_is_gone_is_taken_back_by_the_next_one(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment, claims: false);
        var created = await CreateAsync(fleet, space, "t");
        await Eventually.TrueAsync(async () => (await ReadAsync(fleet, created)).PhaseOrPending() == TaskPhase.Scheduled, "the assignment");
        await ClaimAsOperatorAsync(fleet, created, "operator-gone/1");

        await Eventually.PassesAsync(
            async () => Assert.Equal(Reasons.HolderLost, (await ReadAsync(fleet, created)).Status.Attempts[0].Reason), "the run being taken back");
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true), Trait("Kind", "15")]
    public async Task A_host_cannot_have_the_operator_call_what_only_its_own_machine_reaches(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment, claims: false);
        var created = await CreateAsync(fleet, space, "t");
        await Eventually.TrueAsync(async () => (await ReadAsync(fleet, created)).PhaseOrPending() == TaskPhase.Scheduled, "the assignment");

        await fleet.Client.PatchAsync<AgenticTask>(
            V1Patch.Json(
                JsonPatchOperation.Add("/status/placement", Placement.Operator.Value),
                JsonPatchOperation.Add("/status/model", new System.Text.Json.Nodes.JsonObject { ["name"] = "m", ["url"] = "http://169.254.169.254/latest" })),
            created.Name(), space, new PatchOptions { Subresource = "status" });

        await Eventually.PassesAsync(
            async () => Assert.Equal("ModelServerUnknown", (await ReadAsync(fleet, created)).Status.Attempts[0].Reason), "the operator to decline it");
    }

    [Theory, Trait("Kind", "15")]
    [InlineData("http://127.0.0.1:8080/v1", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://127.0.0.1:9090", false)]
    [InlineData("http://10.0.0.7:8080", true)]
    public void The_operators_own_override_may_be_on_its_machine_and_nothing_else(string url, bool may) =>
        Assert.Equal(may, Operator.Hosting.OperatorHost.MayCallModel(new(url), new("http://127.0.0.1:8080")));

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task Health_and_metrics_are_served(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster, leaderElect: true);
        using var http = new HttpClient();

        await Eventually.PassesAsync(
            async () => Assert.Equal("ok", await http.GetStringAsync(new Uri($"http://127.0.0.1:{fleet.HealthPort}/readyz"))), "readiness");
        Assert.Equal("ok", await http.GetStringAsync(new Uri($"http://127.0.0.1:{fleet.HealthPort}/healthz")));
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{fleet.MetricsPort}/metrics"));
        Assert.Contains("foreman_scheduler_decision_seconds_count", metrics, StringComparison.Ordinal);
        Assert.Contains("kubernetes_client_requests_total{", metrics, StringComparison.Ordinal);
        Assert.Contains("kubernetes_reflector_objects{", metrics, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync(new Uri($"http://127.0.0.1:{fleet.HealthPort}/metrics"))).StatusCode);
        Assert.NotNull(await fleet.Client.TryReadAsync<V1Lease>("foreman-operator", fleet.Space));
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task An_operator_that_lost_the_lease_stands_by_and_leads_again(IClusterUnderTest cluster)
    {
        await using var proxy = await FaultProxy.StartAsync(cluster);
        await using var fleet = await TestOperator.StartAsync(cluster, leaderElect: true, proxy.Configuration);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment);
        await EndOfAsync(fleet, await CreateAsync(fleet, space, "before"));

        var identity = (await fleet.Client.ReadAsync<V1Lease>("foreman-operator", fleet.Space)).Spec!.HolderIdentity;
        await HoldLeaseAsync(fleet, "another/1");
        fleet.Time.Skip(BetweenLooks);
        await Eventually.TrueAsync(() => HasSteppedDown(fleet), "the operator to step down");
        var created = await CreateAsync(fleet, space, "meanwhile");
        var looks = new CallMatch { Verb = "get", Resource = "leases", Name = "foreman-operator" };
        for (var renewal = 0; renewal < 3; renewal++)
        {
            await HoldLeaseAsync(fleet, "another/1");
            var before = proxy.Journal.Count(looks);
            fleet.Time.Skip(BetweenLooks);
            await proxy.Journal.WaitAsync(looks, before + 1);
        }

        var waiting = (await ReadAsync(fleet, created)).Status;
        Assert.Equal((TaskPhase.Pending, 0L, null), (waiting.Phase, waiting.Attempt, waiting.Conditions.Find(ConditionTypes.Scheduled)));
        Assert.Equal(("ok", "ok"), (await HealthAsync(fleet, "healthz"), await HealthAsync(fleet, "readyz")));

        await HoldLeaseAsync(fleet, null);
        fleet.Time.Skip(BetweenLooks);

        Assert.Equal(TaskPhase.Succeeded, (await EndOfAsync(fleet, created)).Status.Phase);
        Assert.Equal(identity, (await fleet.Client.ReadAsync<V1Lease>("foreman-operator", fleet.Space)).Spec!.HolderIdentity);
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task An_operator_waits_for_an_api_server_that_is_away_and_decides_from_what_is_stored_then(IClusterUnderTest cluster)
    {
        await using var proxy = await FaultProxy.StartAsync(cluster);
        await using var fleet = await TestOperator.StartAsync(cluster, leaderElect: true, proxy.Configuration);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", Moment);
        await EndOfAsync(fleet, await CreateAsync(fleet, space, "before"));

        proxy.TakeDown();
        fleet.Time.Skip(RenewDeadline);
        await Eventually.TrueAsync(() => HasSteppedDown(fleet), "the operator to step down", TimeSpan.FromSeconds(40));
        await Eventually.PassesAsync(
            async () => Assert.StartsWith("what is known of the cluster may be old", await HealthAsync(fleet, "readyz"), StringComparison.Ordinal), "it to be not ready");
        Assert.Equal("ok", await HealthAsync(fleet, "healthz"));
        var created = await CreateAsync(fleet, space, "meanwhile");
        var lease = await LeaseAsync(fleet);
        proxy.BringUp();
        fleet.Time.Skip(LongestPause);

        // A quiet watch shows late that it works again, and so long a new lead waits for it.
        await Eventually.TrueAsync(async () => (await LeaseAsync(fleet)).RenewTime != lease.RenewTime, "the operator to lead again");
        fleet.Time.Skip(LongestPause);

        Assert.Equal(TaskPhase.Succeeded, (await EndOfAsync(fleet, created, TimeSpan.FromSeconds(90))).Status.Phase);
        await Eventually.PassesAsync(async () => Assert.Equal(("ok", "ok"), (await HealthAsync(fleet, "healthz"), await HealthAsync(fleet, "readyz"))), "health");
    }

    private static bool HasSteppedDown(TestOperator fleet) => fleet.Log.Entries.Any(e => e.Message.StartsWith("No longer the leader", StringComparison.Ordinal));

    private static Task<V1Lease> HoldLeaseAsync(TestOperator fleet, string? holder) => fleet.Client.PatchAsync<V1Lease>(
        V1Patch.Merge(new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["holderIdentity"] = holder, ["renewTime"] = DateTimeOffset.UtcNow.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture) } }),
        "foreman-operator",
        fleet.Space);

    private static async Task<V1LeaseSpec> LeaseAsync(TestOperator fleet) => (await fleet.Client.ReadAsync<V1Lease>("foreman-operator", fleet.Space)).Spec!;

    private static async Task<string> HealthAsync(TestOperator fleet, string path)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{fleet.HealthPort}/{path}"));
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task ClaimAsOperatorAsync(TestOperator fleet, AgenticTask created, string holder)
    {
        var task = await ReadAsync(fleet, created);
        var patch = V1Patch.Json(
            JsonPatchOperation.Add("/status/placement", Placement.Operator.Value),
            JsonPatchOperation.Add("/status/phase", TaskPhase.Running.Value),
            JsonPatchOperation.Add("/status/claim", new System.Text.Json.Nodes.JsonObject { ["holder"] = holder }));
        await fleet.Client.PatchAsync<AgenticTask>(patch, task.Name(), task.Namespace(), new PatchOptions { Subresource = "status" });
    }

    private static Task<AgenticTask> CreateAsync(TestOperator fleet, string space, string name, Func<AgenticTaskSpec, AgenticTaskSpec>? change = null)
    {
        var spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } };
        return fleet.Client.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = name, NamespaceProperty = space },
            Spec = change is null ? spec : change(spec),
        });
    }

    private static Task<AgenticTask> ReadAsync(TestOperator fleet, AgenticTask task) => fleet.Client.ReadAsync<AgenticTask>(task.Name(), task.Namespace());

    private static Task<AgenticTask> EndOfAsync(TestOperator fleet, AgenticTask task, TimeSpan? timeout = null) => Eventually.GetAsync(
        async () => await ReadAsync(fleet, task) is { } read && read.IsTerminal() ? read : null, $"the end of {task.Name()}", timeout);

    private static Task<V1Condition> ConditionAsync(TestOperator fleet, AgenticTask task, Func<V1Condition, bool> holds) => Eventually.GetAsync(
        async () => (await ReadAsync(fleet, task)).Status.Conditions.Find(ConditionTypes.Scheduled) is { } c && holds(c) ? c : null, $"a condition of {task.Name()}");
}
