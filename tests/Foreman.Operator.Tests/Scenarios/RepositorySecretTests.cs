using System.Text;
using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>A host comes to its tokens: a real operator, the real agent program with the rights of the chart, git's own server over HTTPS.</summary>
public sealed class RepositorySecretTests
{
    private const string Prompt = "mend the notes";

    [Theory, KubeApiServer(ForOperators = true)]
    public async Task A_host_without_the_grant_prints_the_command_that_makes_it_and_then_works_on_a_private_repository(IClusterUnderTest cluster)
    {
        using var folder = new TempFolder();
        await using var server = await GitServer.StartAsync();
        var person = await GitFolder.InitAsync(folder["person"]);
        await person.CommitAsync("notes.txt", "wrong\n");
        await person.PushAsync(await server.CreateAsync("o/r"), "main");
        using var model = new StepModel(
            Prompt,
            [StepCall.Of("write_file", ("path", "notes.txt"), ("content", "right\n"))],
            [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "the notes are right"), ("commit_message", "Mend the notes"))]);
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        var node = $"host-{space}";
        await SecretAsync(fleet, "foreman-git-credentials", server.Host.Replace(':', '_'), server.Token);
        await SecretAsync(fleet, "another", "token", "x");
        await using var host = await AgentHost.StartAsync(
            cluster, fleet.Space, space, node, new Dictionary<string, string?> { ["FOREMAN_MODEL_URL"] = model.Url, ["GIT_SSL_CAINFO"] = server.CertificateFile });
        await AgentHost.NeedsSandboxAsync(fleet.Client, node);

        var refused = await EndOfAsync(fleet, space, server, "before");

        Assert.Equal((TaskPhase.Failed, FailureReason.AuthUnavailable), (refused.Status.Phase, refused.Status.FailureReason));
        var message = refused.Status.Conditions.Find(ConditionTypes.Completed)!.Message;
        var command = Regex.Match(message, "foreman-operator enroll (.*)$").Groups[1].Value.TrimEnd('.').Split(' ');
        Assert.Equal([node, "--secret", $"{fleet.Space}/foreman-git-credentials", "--namespace", fleet.Space], command);

        _ = (await AgentHost.EnrollAsync(cluster, command)).Succeeded();
        await Eventually.TrueAsync(async () => (await new Kubectl(host.Kubeconfig).TryAsync("get", "secret", "foreman-git-credentials", "-n", fleet.Space)).ExitCode == 0, "the grant to be known");
        var done = await Eventually.GetAsync(
            async () => await EndOfAsync(fleet, space, server, $"after-{Guid.NewGuid():n}") is { Status.Verdict: { } verdict } task && verdict == Verdict.Go ? task : null,
            "a task after the grant",
            TimeSpan.FromSeconds(90));

        Assert.Equal(done.Status.CommitSHA, (await GitFolder.GitAsync(server.RepositoryOf("o/r"), "rev-parse", done.Status.Branch!)).Trim());
        var other = await new Kubectl(host.Kubeconfig).TryAsync("get", "secret", "another", "-n", fleet.Space);
        Assert.Contains("Forbidden", other.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<V1Secret> SecretAsync(TestOperator fleet, string name, string key, string value) => fleet.Client.CreateAsync(new V1Secret
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = fleet.Space },
        Data = new Dictionary<string, byte[]> { [key] = Encoding.UTF8.GetBytes(value) },
    });

    private static async Task<AgenticTask> EndOfAsync(TestOperator fleet, string space, GitServer server, string task)
    {
        await fleet.Client.CreateAsync(new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = task, NamespaceProperty = space },
            Spec = new AgenticTaskSpec
            {
                Kind = TaskKind.Freeform,
                GateProfile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "test -s notes.txt" } },
                Payload = new TaskPayload { Prompt = Prompt, Repo = $"{server.Url}/o/r.git" },
            },
        });
        return await Eventually.GetAsync(
            async () => await fleet.Client.ReadAsync<AgenticTask>(task, space) is var read && read.IsTerminal() ? read : null, $"task {task} to end", TimeSpan.FromSeconds(60));
    }
}
