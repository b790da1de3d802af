using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Issues that get a label and come to their pull requests with nobody at a keyboard: the chart, operator and agent as processes, git and a forge over HTTPS.</summary>
public sealed class IntakeTests : IDisposable
{
    private const string Repository = "acme/widgets";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_labelled_issue_becomes_a_pull_request_and_is_marked_though_the_operator_is_killed()
    {
        await using var git = await GitServer.StartAsync();
        using var forge = new GiteaServer(git.Token, TimeProvider.System) { IsOpen = true, PageSize = 50 };
        git.IsOpen = true;
        git.Intercept = context => forge.AnswerAsync(context, git.Url);
        var stored = await BeginAsync(git, forge);
        var certificates = new Dictionary<string, string?> { ["GIT_SSL_CAINFO"] = git.CertificateFile, ["SSL_CERT_FILE"] = git.CertificateFile };
        await using var fleet = await ForemanFleet.StartAsync(["--forge", "gitea", "--forge-url", git.Url, "--forge-poll-interval", "1s"], certificates);
        using var model = new StepModel((_, user) => ScriptOf(user));
        await fleet.StartAgentAsync("host-a", model.Url, more: ["--forge", "gitea", "--forge-url", git.Url], environment: certificates);
        await fleet.Kubectl.ApplyAsync(Manifests(fleet.Namespace));
        await EventuallyAsync(fleet, async () => (await SourceAsync(fleet)).Status?.Conditions.IsTrue(ConditionTypes.Planned) == true, "the source to be read");
        Assert.Equal(0, (await SourceAsync(fleet)).Status!.Intake!.InProgress);

        stored.Threads.Single(t => t.Number == 1).Labels.Add("foreman");
        await EventuallyAsync(fleet, () => Task.FromResult(stored.Threads.Single(t => t.Number == 1).Labels.Contains("foreman:in-progress")), "the issue to be taken");
        await fleet.KillAndRestartOperatorAsync();
        await EventuallyAsync(fleet, () => Task.FromResult(stored.Threads.Single(t => t.Number == 1).Labels is var labels && labels.Contains("foreman:done") && !labels.Contains("foreman:in-progress")), "the issue to be done");

        var (done, other) = (stored.Threads.Single(t => t.Number == 1), stored.Threads.Single(t => t.Number == 2));
        Assert.Equal(["foreman", "foreman:done"], done.Labels.Order(StringComparer.Ordinal));
        Assert.Empty(other.Labels);
        Assert.Empty(other.Comments);
        var pull = Assert.Single(stored.OpenPulls);
        Assert.Equal("foreman/night-1/issue-1", pull.Branches!.Head);
        Assert.Contains($"/pulls/{pull.Number}", Assert.Single(done.Comments).Body, StringComparison.Ordinal);
        await EventuallyAsync(fleet, async () => (await SourceAsync(fleet)).Status!.Intake is { InProgress: 0, Completed: 1 }, "the issue to be counted");
        Assert.Equal(WorkloadPhase.Dispatched, (await SourceAsync(fleet)).Status!.Phase);
        await fleet.Kubectl.RunAsync("patch", "workload", "night", "-n", fleet.Namespace, "--type=merge", "-p", """{"spec":{"cancel":true}}""");
        await fleet.Kubectl.RunAsync("wait", "workload/night", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=60s");
        forge.Verify();
    }

    private static async Task<Workload> SourceAsync(ForemanFleet fleet) => (await fleet.TryWorkloadAsync("night"))!;

    private static async Task EventuallyAsync(ForemanFleet fleet, Func<Task<bool>> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(condition, what, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await fleet.Kubectl.RunAsync("get", "workloads,agentictasks", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}", e);
        }
    }

    private async Task<StoredRepository> BeginAsync(GitServer git, GiteaServer forge)
    {
        var stored = forge.Store.Add(Repository);
        stored.Labels.Add((1, "foreman"));
        stored.AddIssue(1, "The text is wrong", "It should be right.");
        stored.AddIssue(2, "Nobody has asked for this", "It waits.");
        var person = await GitFolder.InitAsync(_folder["person"]);
        person.Write("text.txt", "wrong\n");
        await person.CommitAsync("Begin");
        await person.PushAsync(await git.CreateAsync(Repository), "main");
        return stored;
    }

    private static StepCall[][]? ScriptOf(string user) => user.Contains("Fix issue #1", StringComparison.Ordinal) ?
    [
        [StepCall.Of("write_file", ("path", "text.txt"), ("content", "right\n"))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "it is right now"), ("commit_message", "Right the text"))],
    ] : null;

    private static string Manifests(string space) =>
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: coder, namespace: {{space}}}
        spec:
          role: coder
          model: {{StepModel.Name}}
          systemPrompt: You mend what issues say.
          tools: [read_file, write_file, submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: night, namespace: {{space}}}
        spec:
          intent: The text is right.
          repo: {{Repository}}
          coderAgentRef: {name: coder}
          source: {label: foreman}
          gateProfile:
            language: generic
            commands:
              test: "grep -q right text.txt"
        """;
}
