using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workloads.Cli;

public sealed class WorkloadShowTests : IAsyncLifetime
{
    private readonly LineRecorder _out = new();
    private readonly LineRecorder _error = new();
    private EmbeddedDevCluster _cluster = null!;
    private KubernetesClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(_cluster);
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.AdminKubeconfigPath));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
        await _out.DisposeAsync();
        await _error.DisposeAsync();
    }

    [Fact]
    public async Task A_workload_is_followed_to_its_end()
    {
        var workload = await CreateAsync();
        var show = Show(json: false).FollowAsync(workload, Cancelled);
        await WriteAsync(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Running)));
        await Eventually.TrueAsync(() => _out.Text.Contains("step     code-42 running", StringComparison.Ordinal), "the step to be shown", TimeSpan.FromMinutes(1));
        await WriteAsync(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Succeeded)).Ended(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded));

        Assert.Equal(ExitCodes.Done, await show);
        Assert.Contains("\nw: Completed (AllChildrenSucceeded)", _out.Text, StringComparison.Ordinal);
        Assert.Contains("issue 42: done", _out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_ends_with_1_and_programs_get_one_line()
    {
        var workload = await CreateAsync();
        await WriteAsync(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Failed)).Ended(WorkloadPhase.Failed, Reasons.ChildrenFailed));

        Assert.Equal(ExitCodes.Failed, await Show(json: true).FollowAsync(workload, Cancelled));
        Assert.Equal("ChildrenFailed", (string?)JsonNode.Parse(Assert.Single(_out.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!["reason"]);
        Assert.Contains("code-42 failed", _error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_that_waits_for_a_person_only_ends_the_wait_with_4()
    {
        var workload = await CreateAsync();
        var show = Show(json: false).FollowAsync(workload, Cancelled);
        var asking = WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Incomplete), WorkloadSample.Step("code-43", StepState.Running));
        asking = asking with { Status = asking.Status! with { Questions = [new() { Step = "code-42", Question = "Which?" }] } };
        await WriteAsync(asking);
        await Eventually.TrueAsync(() => _out.Text.Contains("step     code-43 running", StringComparison.Ordinal), "the step to be shown", TimeSpan.FromMinutes(1));
        Assert.False(show.IsCompleted);
        await WriteAsync(asking with { Status = asking.Status with { Plan = [asking.Status.Plan![0], WorkloadSample.Step("code-43", StepState.Succeeded)] } });

        Assert.Equal(ExitCodes.NeedsDecision, await show);
        Assert.Contains("foreman-operator decide w ANSWER -n default", _out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_to_look_at_ends_the_wait_where_that_is_asked()
    {
        var workload = await CreateAsync();
        workload = await _client.PatchAsync<Workload>(V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["suspend"] = true } }), "w", "default", null, Cancelled);
        var show = Show(json: false, untilPlanned: true).FollowAsync(workload, Cancelled);
        await WriteAsync(WorkloadSample.Proposed(WorkloadSample.Step("plan", StepState.Running, null)));
        await Eventually.TrueAsync(() => _out.Text.Contains("step     plan running", StringComparison.Ordinal), "the planning to be shown", TimeSpan.FromMinutes(1));
        Assert.False(show.IsCompleted);
        await WriteAsync(WorkloadSample.Proposed(WorkloadSample.Step("plan", StepState.Succeeded, null), WorkloadSample.Step("code-1", StepState.Planned, null) with { Why = "it is slow" }));

        Assert.Equal(ExitCodes.Done, await show);
        Assert.Contains("plan     code-1 issue-fix by coder: it is slow", _out.Text, StringComparison.Ordinal);
        Assert.Contains("code-1  planned", _out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_at_the_end_is_told_and_is_a_failure()
    {
        var workload = await CreateAsync();
        await WriteAsync(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Succeeded)).Ended(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded));

        Assert.Equal(ExitCodes.Failed, await Show(json: false, lacking: "The commit is not there.").FollowAsync(workload, Cancelled));
        Assert.EndsWith("The commit is not there.", _out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_that_is_deleted_ends_the_wait()
    {
        var workload = await CreateAsync();
        var show = Show(json: true).FollowAsync(workload, Cancelled);
        await _client.DeleteAsync<Workload>("w", "default", null, Cancelled);

        Assert.Equal(ExitCodes.Failed, await show);
        Assert.True((bool)JsonNode.Parse(_out.Text)!["deleted"]!);
    }

    [Fact]
    public async Task An_interrupted_wait_says_how_to_look_again_and_to_cancel()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var show = Show(json: false).FollowAsync(await CreateAsync(), stop.Token);
        await stop.CancelAsync();

        Assert.Equal(ExitCodes.Interrupted, await show);
        Assert.Contains("what was begun goes on", _error.Text, StringComparison.Ordinal);
        Assert.Contains("foreman-operator workload w -n default --watch", _error.Text, StringComparison.Ordinal);
        Assert.Contains("foreman-operator workload w -n default --cancel", _error.Text, StringComparison.Ordinal);
    }

    private WorkloadShow Show(bool json, bool untilPlanned = false, string? lacking = null) => new(_client, new WorkloadHints("default"), new ConsoleStreams(_out, _error, _ => null), json)
    {
        UntilPlanned = untilPlanned,
        Lacking = (_, _) => Task.FromResult<IReadOnlyList<string>>(lacking is null ? [] : [lacking]),
    };

    private Task<Workload> CreateAsync() => _client.CreateAsync(
        new Workload { Metadata = new() { Name = "w", NamespaceProperty = "default" }, Spec = new() { Intent = "do it", Repo = "o/r", Issues = [42] } }, null, Cancelled);

    private async Task WriteAsync(Workload status)
    {
        var body = JsonSerializer.SerializeToNode(new Workload { Status = status.Status! with { ObservedGeneration = 1, Conditions = [.. (status.Status.Conditions ?? []).Select(c => c with { LastTransitionTime = DateTimeOffset.UnixEpoch })] } }, Workload.TypeInfo)!;
        await _client.PatchAsync<Workload>(V1Patch.Merge(new JsonObject { ["status"] = body["status"]!.DeepClone() }), "w", "default", new PatchOptions { Subresource = "status" }, Cancelled);
    }

    /// <summary>Keeps lines that are read while others are written.</summary>
    private sealed class LineRecorder : TextWriter
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public override Encoding Encoding => Encoding.UTF8;

        public string Text => string.Join('\n', _lines);

        public override void WriteLine(string? value) => _lines.Enqueue(value ?? "");

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }
}
