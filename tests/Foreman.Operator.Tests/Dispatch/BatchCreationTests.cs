using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Workloads.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Dispatch;

public sealed class BatchCreationTests : IAsyncLifetime
{
    private static readonly BatchRequest Two = new() { Issues = [42, 43] };
    private static readonly DispatchRequest Request = new() { Repo = "o/r", RepoName = "o/r", Batch = Two, Queue = true };

    private EmbeddedDevCluster _cluster = null!;
    private KubernetesClient _client = null!;

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
    }

    [Fact]
    public async Task The_same_issues_are_one_workload_with_the_agents_of_the_first_call()
    {
        await AgentAsync("c", AgentRole.Coder);
        await AgentAsync("r", AgentRole.Reviewer);

        var first = await RunAsync(Request, Two);
        await AgentAsync("c2", AgentRole.Coder);
        var again = await RunAsync(Request, Two);

        Assert.Equal((true, false), (first.IsNew, again.IsNew));
        Assert.Equal(("o-r-issues-42-43", first.Workload.Uid()), (first.Workload.Name(), again.Workload.Uid()));
        Assert.Equal("c", first.Workload.Spec.CoderAgentRef!.Name);
        Assert.Null(first.Workload.Spec.VerifierAgentRef);
        Assert.Equal("r", Assert.Single(first.Workload.Spec.ReviewerAgentRefs!).Name);
    }

    [Fact]
    public async Task Other_work_of_the_same_name_is_refused()
    {
        await AgentAsync("c", AgentRole.Coder);
        await RunAsync(Request, Two);

        var refused = await Assert.ThrowsAsync<ExitException>(() => RunAsync(Request, Two with { Intent = "keep it small", MaxTasks = 4 }));

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("Workload o-r-issues-42-43 is there already (new) and asks for something else in spec.intent, spec.maxTasks", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_agents_and_hosts_are_told_at_once_and_nothing_is_created()
    {
        var refused = await Assert.ThrowsAsync<ExitException>(() => RunAsync(Request with { Queue = false }, Two));

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Equal("namespace default has no Agent of role coder: create one, or name one with --coder", refused.Messages[0]);
        Assert.StartsWith("no host has registered", refused.Messages[1], StringComparison.Ordinal);
        Assert.Empty((await _client.ListAsync<Workload>("default", null, TestContext.Current.CancellationToken)).Items);
    }

    [Fact]
    public async Task An_intent_is_created_once_somebody_plans_and_the_same_name_is_the_same_work()
    {
        var intent = new BatchRequest { Intent = "Make it fast.", Suspend = true };
        var request = Request with { Name = "fast" };

        var refused = await Assert.ThrowsAsync<ExitException>(() => RunAsync(request, intent));
        await AgentAsync("p", AgentRole.Planner);
        await AgentAsync("c", AgentRole.Coder);
        var first = await RunAsync(request, intent);
        var again = await RunAsync(request, intent with { Suspend = false });
        var other = await Assert.ThrowsAsync<ExitException>(() => RunAsync(request, intent with { Intent = "Make it small." }));

        Assert.StartsWith("namespace default has no Agent of role planner: create one", refused.Messages[0], StringComparison.Ordinal);
        Assert.Equal((true, false, first.Workload.Uid()), (first.IsNew, again.IsNew, again.Workload.Uid()));
        Assert.Equal(("Make it fast.", "o/r", true), (first.Workload.Spec.Intent, first.Workload.Spec.Repo, first.Workload.Spec.Suspend));
        Assert.Contains("asks for something else in spec.intent;", other.Message, StringComparison.Ordinal);
    }

    private Task<StoredWorkload> RunAsync(DispatchRequest request, BatchRequest batch) =>
        new BatchCreation(_client, request with { Batch = batch }, batch, new WorkloadHints("default")).RunAsync(TestContext.Current.CancellationToken);

    private Task<Agent> AgentAsync(string name, AgentRole role) => _client.CreateAsync(
        new Agent { Metadata = new() { Name = name, NamespaceProperty = "default" }, Spec = new() { Role = role, SystemPrompt = "You work.", Tools = ["submit_result"] } }, null, TestContext.Current.CancellationToken);
}
