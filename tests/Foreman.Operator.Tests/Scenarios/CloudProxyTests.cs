using System.Text;
using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>Agents of provider cloud-proxy with a key from a Secret: a real operator, the real agent program, a real server that asks for the key.</summary>
public sealed class CloudProxyTests
{
    private const string Key = "key-of-the-endpoint-3f1c";

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task The_right_key_opens_the_endpoint(IClusterUnderTest cluster)
    {
        await using var server = await LlamaServer.StartAsync("--api-key", Key);
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await AgentHost.StartAsync(cluster, fleet.Space, space, $"host-{space}");
        await AgentAsync(fleet, space, "keyed", server, Key);
        await GrantAsync(cluster, fleet, space, "keyed");

        var task = await EndOfAsync(fleet, space, "keyed", "t");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal(server.Url, task.Status.Model!.Url);
        var file = Assert.Single(Directory.GetFiles(host.Workspaces, "hello.txt", SearchOption.AllDirectories));
        Assert.Equal("good morning", (await File.ReadAllTextAsync(file)).Trim());
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_wrong_key_is_a_named_failure_and_is_not_tried_again(IClusterUnderTest cluster)
    {
        await using var server = await LlamaServer.StartAsync("--api-key", Key);
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await AgentHost.StartAsync(cluster, fleet.Space, space, $"host-{space}");
        await AgentAsync(fleet, space, "locked-out", server, "another-key-77aa");
        await GrantAsync(cluster, fleet, space, "locked-out");

        var task = await EndOfAsync(fleet, space, "locked-out", "t");

        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.AuthUnavailable), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal(1, task.Status.Attempt);
        Assert.Contains("check the API key of the model server", task.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);

        // One for the names of its models, one for the context of the model, one for the answer.
        Assert.InRange(server.Process.Output.Split("unauthorized: Invalid API Key").Length - 1, 1, 3);
        Assert.DoesNotContain("another-key-77aa", task.Status.Result!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory, KubeApiServer(ForOperators = true)]
    public async Task A_host_without_the_grant_prints_the_command_that_makes_it_and_that_command_does(IClusterUnderTest cluster)
    {
        await using var server = await LlamaServer.StartAsync("--api-key", Key);
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        var node = $"host-{space}";
        await using var host = await AgentHost.StartAsync(cluster, fleet.Space, space, node);
        await AgentAsync(fleet, space, "keyed", server, Key);

        var refused = await EndOfAsync(fleet, space, "keyed", "before");

        Assert.Equal((TaskPhase.Failed, FailureReason.AuthUnavailable), (refused.Status.Phase, refused.Status.FailureReason));
        var message = refused.Status.Conditions.Find(ConditionTypes.Completed)!.Message;
        var command = Regex.Match(message, "foreman-operator enroll (.*)$").Groups[1].Value.TrimEnd('.').Split(' ');
        Assert.Equal([node, "--secret", $"{space}/keyed", "--namespace", fleet.Space], command);

        _ = (await AgentHost.EnrollAsync(cluster, command)).Succeeded();
        Assert.Equal(Verdict.Go, (await EndOfAsync(fleet, space, "keyed", "after")).Status.Verdict);

        // No other Secret came with it.
        await SecretAsync(fleet, space, "other", "x");
        var other = await new Kubectl(host.Kubeconfig).TryAsync("get", "secret", "other", "-n", space);
        Assert.Contains("Forbidden", other.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task GrantAsync(IClusterUnderTest cluster, TestOperator fleet, string space, string secret)
    {
        if (cluster.EnforcesRbac)
        {
            _ = (await AgentHost.EnrollAsync(cluster, $"host-{space}", "--secret", $"{space}/{secret}", "--namespace", fleet.Space)).Succeeded();
        }
    }

    private static Task<V1Secret> SecretAsync(TestOperator fleet, string space, string name, string value) => fleet.Client.CreateAsync(new V1Secret
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
        Data = new Dictionary<string, byte[]> { ["token"] = Encoding.UTF8.GetBytes(value) },
    });

    // The Agent and its Secret have the same name.
    private static async Task AgentAsync(TestOperator fleet, string space, string name, LlamaServer server, string key)
    {
        await SecretAsync(fleet, space, name, key);
        await fleet.Client.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
            Spec = BuiltInAgent.Spec with
            {
                Provider = AgentProvider.CloudProxy,
                ProviderConfig = new ProviderConfig { BaseURL = server.Url, Model = server.ModelName, ApiKeySecretRef = new SecretKeySelector { Name = name, Key = "token" } },
            },
        });
    }

    private static async Task<AgenticTask> EndOfAsync(TestOperator fleet, string space, string agent, string task)
    {
        await fleet.Client.CreateAsync(new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = task, NamespaceProperty = space },
            Spec = new AgenticTaskSpec
            {
                Kind = TaskKind.Freeform,
                AgentRef = new LocalObjectReference { Name = agent },
                Payload = new TaskPayload { Prompt = "Write a file named hello.txt with the text: good morning" },
            },
        });
        return await Eventually.GetAsync(
            async () => await fleet.Client.ReadAsync<AgenticTask>(task, space) is var read && read.IsTerminal() ? read : null, $"task {task} to end", TimeSpan.FromSeconds(60));
    }
}
