using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>The walking skeleton: an applied task becomes a file on a host, through a real model.</summary>
public sealed class DefaultTaskTests : IDisposable
{
    private const string Prompt = "Write a file named hello.txt with the text: good morning";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_task_runs_on_one_of_two_hosts_with_a_real_llama_server_and_one_in_a_repository_makes_a_branch()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        var server = await LlamaServer.SharedAsync();
        var agents = new[] { await fleet.StartAgentAsync("host-a", server.Url, more: ["--allow-local-repos"]), await fleet.StartAgentAsync("host-b", server.Url, more: ["--allow-local-repos"]) };

        await fleet.ApplyTaskAsync("hello", Prompt);
        await fleet.Kubectl.RunAsync("wait", "agentictask/hello", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=60s");

        var task = await fleet.TaskAsync("hello");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal([AttemptOutcome.Succeeded], task.Status.Attempts.Select(a => a.Outcome));
        Assert.Equal("good morning", agents.Single(a => a.Node == task.Status.AssignedNode).FileText("hello.txt"));
        Assert.Null(agents.Single(a => a.Node != task.Status.AssignedNode).FileText("hello.txt"));
        var columns = await fleet.Kubectl.RunAsync("get", "agentictasks", "-n", fleet.Namespace);
        Assert.Matches(@"^NAME\s+PHASE\s+KIND\s+NODE\s+VERDICT\s+AGE\s*\nhello\s+Succeeded\s+freeform\s+host-[ab]\s+GO\s", columns);
        var nodes = await fleet.Kubectl.RunAsync("get", "fleetnodes");
        Assert.Matches(@"^NAME\s+PHASE\s+VERSION\s+ACCELERATOR\s+RAM\s+CURRENT TASK\s+HEARTBEAT\s+AGE\s*\nhost-a\s+Ready\s+\d", nodes);
        await ChangesRepositoryAsync(fleet);
    }

    // The model knows how to replace a text, and nothing of repositories: what is around it makes a checked commit of that.
    private async Task ChangesRepositoryAsync(ForemanFleet fleet)
    {
        var clone = await GitFolder.InitAsync(_folder["clone"]);
        var began = await clone.CommitAsync("calc.py", "def add(a, b):\n    return a - b\n");
        await fleet.NeedsSandboxAsync("host-a");
        await fleet.Kubectl.ApplyAsync(
            $"""
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: AgenticTask
            metadata:
              name: mend
              namespace: {fleet.Namespace}
            spec:
              kind: freeform
              payload:
                repo: {new Uri(clone.Path).AbsoluteUri}
                prompt: Replace a - b with a + b in the file calc.py.
            """);

        var task = await fleet.WaitForTaskAsync("mend", t => t.Status.Verdict is not null, "to end", TimeSpan.FromMinutes(1));
        Assert.True((TaskPhase.Succeeded, Verdict.Go) == (task.Status.Phase, task.Status.Verdict), $"{task.Status.Result?.ToJsonString()}\n{fleet.Logs()}");
        Assert.Equal(["build GATE-PASS"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal(("foreman/mend", (await clone.RunAsync("rev-parse", "foreman/mend")).Trim()), (task.Status.Branch, task.Status.CommitSHA));
        Assert.Equal("def add(a, b):\n    return a + b\n", await clone.RunAsync("show", "foreman/mend:calc.py"));
        Assert.Equal((began, "1"), ((await clone.RunAsync("rev-parse", "main")).Trim(), (await clone.RunAsync("rev-list", "--count", "main..foreman/mend")).Trim()));
    }

    [Fact]
    public async Task A_task_runs_with_a_real_ollama()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        var server = await OllamaServer.SharedAsync();
        var agent = await fleet.StartAgentAsync("host-a", server.Url);

        await fleet.ApplyTaskAsync("hello", Prompt);

        var task = await fleet.WaitForTaskAsync("hello", t => t.Status.Verdict is not null, "to end", TimeSpan.FromMinutes(2));
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal("good morning", agent.FileText("hello.txt"));
    }

    [Fact]
    public async Task A_task_that_no_host_can_take_says_why_within_a_second()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        var server = await LlamaServer.SharedAsync();
        await fleet.StartAgentAsync("host-a", server.Url);

        await fleet.ApplyTaskAsync("huge", Prompt, "requiredCapability: {minRAMGB: 1000000}");

        var task = await fleet.WaitForTaskAsync("huge", t => t.Status.Conditions is { Count: > 0 }, "to say why it waits");
        var scheduled = Assert.Single(task.Status.Conditions!, c => c.Type == "Scheduled");
        Assert.Equal(("False", "NoMatchingNode"), (scheduled.Status, scheduled.Reason));
        Assert.True(scheduled.LastTransitionTime - task.Metadata.CreationTimestamp <= TimeSpan.FromSeconds(2), $"{scheduled.LastTransitionTime} after {task.Metadata.CreationTimestamp}");
        Assert.Contains("RAM", scheduled.Message, StringComparison.Ordinal);
    }
}
