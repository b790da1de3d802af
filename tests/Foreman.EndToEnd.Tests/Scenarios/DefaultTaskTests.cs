using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>The walking skeleton: an applied task becomes a file on a host, a change in a clone and a Workload branches of repositories, through a real model.</summary>
public sealed class DefaultTaskTests : IDisposable
{
    private const string Prompt = "Write a file named hello.txt with the text: good morning";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_task_a_change_in_a_clone_and_a_batch_on_a_repository_are_done_on_two_hosts_with_a_real_llama_server()
    {
        await using var git = await GitServer.StartAsync();
        git.IsOpen = true;
        await using var fleet = await ForemanFleet.StartAsync();
        var server = await LlamaServer.SharedAsync();
        var trusting = new Dictionary<string, string?> { ["GIT_SSL_CAINFO"] = git.CertificateFile };
        var agents = new[]
        {
            await fleet.StartAgentAsync("host-a", server.Url, more: ["--allow-local-repos"], environment: trusting),
            await fleet.StartAgentAsync("host-b", server.Url, more: ["--allow-local-repos"], environment: trusting),
        };

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
        await fleet.NeedsSandboxAsync("host-a");
        await ChangesRepositoryAsync(fleet);
        await BatchAsync(fleet, git);
    }

    // The model knows how to replace a text, and nothing of repositories: what is around it makes a checked commit of that.
    private async Task ChangesRepositoryAsync(ForemanFleet fleet)
    {
        var clone = await GitFolder.InitAsync(_folder["clone"]);
        var began = await clone.CommitAsync("calc.py", "def add(a, b):\n    return a - b\n");
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

    // The model knows goals of one line and nothing of issues, so the steps say what is to be written.
    private async Task BatchAsync(ForemanFleet fleet, GitServer git)
    {
        var person = await GitFolder.InitAsync(_folder["person"]);
        person.Write("notes.txt", "Files of words.\n");
        await person.CommitAsync("Begin");
        await person.PushAsync(await git.CreateAsync("acme/words"), "main");
        await fleet.Kubectl.ApplyAsync(Batch(fleet.Namespace, $"{git.Url}/acme/words.git"));

        var run = await fleet.Kubectl.TryAsync("wait", "workload/words", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=120s");

        var status = (await fleet.TryWorkloadAsync("words"))!.Status!;
        var shown = run.ExitCode == 0 && status.SucceededTasks == 4 ? "" : $"{await fleet.Kubectl.RunAsync("get", "workloads,agentictasks", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}";
        Assert.True((4, 0, 0) == (status.SucceededTasks, status.FailedTasks, status.IncompleteTasks), shown);
        Assert.Equal((WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), (status.Phase, status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        var bare = git.RepositoryOf("acme/words");
        Assert.Equal("good morning", (await GitFolder.GitAsync(bare, "show", "foreman/words-hello:hello.txt")).Trim());
        Assert.Equal("see you soon", (await GitFolder.GitAsync(bare, "show", "foreman/words-note:note.txt")).Trim());
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
    public async Task A_task_that_no_host_can_take_and_a_Workload_that_can_t_be_done_say_why_within_a_second()
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
        await RefusesAsync(fleet, "nowhere", "step \"a\" depends on \"nowhere\", which is no step");
        await RefusesAsync(fleet, "b", "a → b → a");
    }

    // Both times are told in whole seconds.
    private static async Task RefusesAsync(ForemanFleet fleet, string dependsOn, string why)
    {
        var name = $"on-{dependsOn}";
        await fleet.Kubectl.ApplyAsync(
            $$"""
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: Workload
            metadata: {name: {{name}}, namespace: {{fleet.Namespace}}}
            spec:
              intent: x
              pipeline:
                - {name: a, kind: freeform, agentRef: {name: c}, payload: {prompt: p}, dependsOn: [{{dependsOn}}]}
                - {name: b, kind: freeform, agentRef: {name: c}, payload: {prompt: p}, dependsOn: [a]}
            """);
        Workload? workload = null;
        await Eventually.TrueAsync(async () => (workload = await fleet.TryWorkloadAsync(name))?.Status?.Phase == WorkloadPhase.Failed, $"Workload {name} to fail");

        var planned = workload!.Status!.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((Conditions.False, Reasons.InvalidPlan), (planned.Status, planned.Reason));
        Assert.Contains(why, planned.Message, StringComparison.Ordinal);
        Assert.True(planned.LastTransitionTime - workload.Metadata.CreationTimestamp <= TimeSpan.FromSeconds(1), $"{planned.LastTransitionTime} after {workload.Metadata.CreationTimestamp}");
    }

    private static string Batch(string space, string repository) =>
        $$$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: writer, namespace: {{{space}}}}
        spec:
          role: coder
          systemPrompt: You write files.
          tools: [write_file, submit_result]
          temperature: "0"
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: gate, namespace: {{{space}}}}
        spec:
          role: verifier
          tools: [run_gate_job, submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: words, namespace: {{{space}}}}
        spec:
          intent: The repository has two more files.
          gateProfile: {language: generic, commands: {test: "! grep -q wrong *.txt"}}
          pipeline:
            - {name: hello, kind: issue-fix, agentRef: {name: writer}, payload: {repo: "{{{repository}}}", prompt: "{{{Prompt}}}"}}
            - {name: check-hello, kind: verify, agentRef: {name: gate}, dependsOn: [hello], payload: {repo: "{{{repository}}}", branch: "${steps.hello.branch}"}}
            - {name: note, kind: issue-fix, agentRef: {name: writer}, payload: {repo: "{{{repository}}}", prompt: "Write a file named note.txt with the text: see you soon"}}
            - {name: check-note, kind: verify, agentRef: {name: gate}, dependsOn: [note], payload: {repo: "{{{repository}}}", branch: "${steps.note.branch}"}}
        """;
}
