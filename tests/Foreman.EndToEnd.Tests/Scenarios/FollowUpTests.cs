using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Pull requests of a batch are followed: the forge's check of one fails and is mended, another one is merged by people. Operator and agent are processes.</summary>
public sealed class FollowUpTests : IDisposable
{
    private const string Repository = "acme/widgets";
    private const string Revision = "The pull request of this work is open";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_failed_check_of_the_forge_is_mended_and_a_merge_ends_the_Workload_though_the_operator_is_killed()
    {
        await using var git = await GitServer.StartAsync();
        using var forge = new GiteaServer(git.Token, TimeProvider.System) { IsOpen = true };
        git.IsOpen = true;
        git.Intercept = context => forge.AnswerAsync(context, git.Url);
        var changes = new ConcurrentQueue<Action>();
        StoredRepository? stored = null;
        forge.Fault = _ =>
        {
            // Nothing else touches what the forge keeps at that moment.
            foreach (var opened in stored?.Threads.Where(t => t.Branches is not null) ?? [])
            {
                TakeTip(opened, git.RepositoryOf(Repository));
            }

            while (changes.TryDequeue(out var change))
            {
                change();
            }

            return ForgeFault.None;
        };
        stored = await BeginAsync(git, forge);
        var trusting = new Dictionary<string, string?> { ["GIT_SSL_CAINFO"] = git.CertificateFile, ["SSL_CERT_FILE"] = git.CertificateFile };
        string[] where = ["--forge", "gitea", "--forge-url", git.Url];
        await using var fleet = await ForemanFleet.StartAsync([.. where, "--forge-poll-interval", "5s"], trusting);
        using var model = new StepModel((_, user) => IssueOf(user) is not { } issue ? null : Write(issue, user.Contains(Revision, StringComparison.Ordinal) ? "right" : "half"));
        _ = await fleet.StartAgentAsync("host-a", model.Url, more: [.. where, "--max-concurrent-tasks", "2"], environment: trusting);
        await fleet.Kubectl.ApplyAsync(Manifests(fleet.Namespace));

        await FollowsAsync(fleet, f => f.Count == 2, "both pull requests are followed");
        changes.Enqueue(() => Pull(stored, 1).Statuses.Add(new(1, "ci/unit", "failure", "1 of 12 tests failed: part 1 is half right")));
        var mended = await fleet.WaitForTaskAsync("batch-code-1-f1", t => t.IsTerminal(), "to end", Patience);
        Assert.True(mended.SucceededOnTarget());
        Assert.Contains("part 1 is half right", mended.Spec.Payload.Prompt, StringComparison.Ordinal);
        await fleet.KillAndRestartOperatorAsync();
        changes.Enqueue(() => Pull(stored, 1).Statuses.Add(new(2, "ci/unit", "success", "")));
        await FollowsAsync(fleet, f => f.Any(p => p.Step == "code-1-f1" && p.State == FollowUpState.Ready), "the mended one is ready");
        changes.Enqueue(() => Pull(stored, 2).State = "merged");

        var status = await EndAsync(fleet);
        Assert.Equal((WorkloadPhase.Completed, Reasons.AllChildrenSucceeded), (status.Phase, status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Equal(["Ready code-1-f1 1", "Merged code-2 "], status.FollowUps!.Select(f => Text($"{f.State} {f.Step} {f.Revisions}")));
        Assert.Equal((4, 0, 0), (status.SucceededTasks, status.FailedTasks, status.IncompleteTasks));
        var bare = git.RepositoryOf(Repository);
        Assert.Equal("right", (await GitFolder.GitAsync(bare, "show", "foreman/batch/issue-1:part-1.txt")).Trim());
        Assert.Equal("half", (await GitFolder.GitAsync(bare, "show", "foreman/batch/issue-2:part-2.txt")).Trim());
        Assert.Equal(2, stored.Threads.Count(t => t.Branches is not null));
        forge.Verify();
    }

    // A commit is checked anew; a pull request without checks would be ready before the test looks.
    private static void TakeTip(StoredThread pull, string bare)
    {
        var tip = File.ReadAllText(Path.Combine(bare, "refs", "heads", pull.Branches!.Head)).Trim();
        if (tip != pull.Branches.HeadSha)
        {
            pull.Branches = pull.Branches with { HeadSha = tip };
            pull.Statuses.Clear();
            pull.Statuses.Add(new(0, "ci/unit", "pending", ""));
        }
    }

    private static StoredThread Pull(StoredRepository stored, int issue) => stored.Threads.Single(t => t.Branches?.Head == Text($"foreman/batch/issue-{issue}"));

    private static async Task FollowsAsync(ForemanFleet fleet, Func<IReadOnlyList<FollowedPullRequest>, bool> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(async () => condition((await StatusAsync(fleet))?.FollowUps ?? []), what, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await fleet.Kubectl.RunAsync("get", "workload", "batch", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}", e);
        }
    }

    private static async Task<WorkloadStatus> EndAsync(ForemanFleet fleet)
    {
        var run = await fleet.Kubectl.TryAsync("wait", "workload/batch", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=90s");
        var status = await StatusAsync(fleet);
        Assert.True(run.ExitCode == 0, $"{JsonSerializer.Serialize(new Workload { Status = status }, Workload.TypeInfo)}\n{fleet.Logs()}");
        return status!;
    }

    private static async Task<WorkloadStatus?> StatusAsync(ForemanFleet fleet) => (await fleet.TryWorkloadAsync("batch"))!.Status;

    private async Task<StoredRepository> BeginAsync(GitServer git, GiteaServer forge)
    {
        var stored = forge.Store.Add(Repository);
        var person = await GitFolder.InitAsync(_folder["person"]);
        for (var issue = 1; issue <= 2; issue++)
        {
            stored.AddIssue(issue, Text($"Part {issue} is wrong"), "It should be right.");
            person.Write(Text($"part-{issue}.txt"), "wrong\n");
        }

        await person.CommitAsync("Begin");
        await person.PushAsync(await git.CreateAsync(Repository), "main");
        return stored;
    }

    private static StepCall[][] Write(int issue, string text) =>
    [
        [StepCall.Of("write_file", ("path", Text($"part-{issue}.txt")), ("content", text + "\n"))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "it is better now"), ("commit_message", Text($"Mend part {issue}")))],
    ];

    // The number behind the first "issue #" of a message.
    private static int? IssueOf(string user)
    {
        const string Mark = "ssue #";
        if (user.IndexOf(Mark, StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return null;
        }

        var digits = user.AsSpan(at + Mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var issue) ? issue : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

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
        kind: Agent
        metadata: {name: gate, namespace: {{space}}}
        spec:
          role: verifier
          tools: [run_gate_job, submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: batch, namespace: {{space}}}
        spec:
          intent: Every part is right.
          repo: {{Repository}}
          issues: [1, 2]
          coderAgentRef: {name: coder}
          verifierAgentRef: {name: gate}
          followUp: {maxRevisions: 1}
          gateProfile:
            language: generic
            commands:
              test: "! grep -q broken part-*.txt"
        """;
}
