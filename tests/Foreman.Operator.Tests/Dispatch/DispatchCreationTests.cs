using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchCreationTests
{
    private const string Space = "default";

    private static readonly DispatchHints Two = new(new DispatchRequest { Issues = [42, 43], Repo = "o/r", RepoName = "o/r", Kind = TaskKind.IssueFix, Queue = true }, Space);

    [Fact]
    public async Task A_task_that_is_stored_is_named_when_the_next_one_is_interrupted()
    {
        await using var cluster = await ClusterAsync();
        using var client = ClientOf(cluster);
        using var stop = new CancellationTokenSource();
        var told = new List<string>();
        var creation = new DispatchCreation(client, Two, async task =>
        {
            told.Add(task.Task.Name());
            await stop.CancelAsync();
        });

        var ended = await Assert.ThrowsAsync<ExitException>(() => creation.RunAsync(stop.Token));

        Assert.Equal(ExitCodes.Interrupted, ended.ExitCode);
        Assert.Equal(["o-r-issue-42"], told);
        Assert.Contains("task o-r-issue-43 may have been created", ended.Messages[0], StringComparison.Ordinal);
        Assert.StartsWith("task o-r-issue-42 is in namespace default already: foreman-operator dispatch --name o-r-issue-42", ended.Messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_is_stored_is_named_when_the_next_one_fails()
    {
        await using var cluster = await ClusterAsync();
        using var client = ClientOf(cluster);
        var creation = new DispatchCreation(client, Two, async _ =>
        {
            var other = Two.Request with { Issues = [43], Prompt = "something else" };
            await client.CreateAsync(Assert.Single(DispatchTasks.Of(other, Space)), null, TestContext.Current.CancellationToken);
        });

        var ended = await Assert.ThrowsAsync<ExitException>(() => creation.RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
        Assert.Contains("asks for something else in spec.payload.prompt", ended.Messages[0], StringComparison.Ordinal);
        Assert.StartsWith("task o-r-issue-42 is in namespace default already", ended.Messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_whose_answer_was_lost_is_named()
    {
        var lost = new KubernetesUnreachableException(new Uri("https://k8s.example"), UnreachableReason.ConnectionLost, "the connection broke");

        var ended = DispatchCreation.Unreached(lost, "t", Two);

        Assert.Equal(ExitCodes.NotReachable, ended.ExitCode);
        Assert.Contains("task t may have been created all the same: foreman-operator dispatch --name t --wait -n default", ended.Message, StringComparison.Ordinal);
    }

    private static async Task<EmbeddedDevCluster> ClusterAsync()
    {
        var cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        return cluster;
    }

    private static KubernetesClient ClientOf(EmbeddedDevCluster cluster) =>
        new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
}
