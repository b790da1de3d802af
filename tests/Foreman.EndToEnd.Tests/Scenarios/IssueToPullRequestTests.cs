using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>From the number of an issue to an open pull request, with the programs as people run them, over HTTPS.</summary>
public sealed class IssueToPullRequestTests : IDisposable
{
    private const string Told = "of the repository acme/widgets. Today is";

    private static readonly StepCall[][] Script =
    [
        [StepCall.Of("write_file", ("path", "calc.py"), ("content", "right\n"))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "it is right now"), ("commit_message", "Make it right"))],
    ];

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task An_issue_becomes_one_pull_request_also_when_the_agent_is_killed_while_it_opens_it()
    {
        await using var git = await GitServer.StartAsync();
        using var forge = new GiteaServer(git.Token, TimeProvider.System) { IsOpen = true };
        git.IsOpen = true;
        git.Intercept = context => forge.AnswerAsync(context, git.Url);
        var stored = await BeginAsync(git, forge);
        await using var fleet = await ForemanFleet.StartAsync();
        using var model = new StepModel(Told, Script);
        var agent = await fleet.StartAgentAsync(
            "host-a", model.Url, more: ["--forge", "gitea", "--forge-url", git.Url],
            environment: new Dictionary<string, string?> { ["GIT_SSL_CAINFO"] = git.CertificateFile, ["GIT_SSL_CAPATH"] = git.NoAuthorities, ["SSL_CERT_FILE"] = git.CertificateFile });

        await fleet.NeedsSandboxAsync("host-a");
        var followed = await fleet.DispatchAsync("42", "--repo", "acme/widgets", "--gate", "generic", "--gate-command", "test=grep -q right calc.py", "--wait");
        Assert.True(followed.ExitCode == 0, $"{followed.ExitCode}\n{followed.Output}{followed.Error}\n{fleet.Logs()}");
        var first = await fleet.TaskAsync("acme-widgets-issue-42");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "foreman/issue-42"), (first.Status.Phase, first.Status.Verdict, first.Status.Branch));
        var pull = Assert.Single(stored.OpenPulls);
        Assert.Equal(("Make it right", "foreman/issue-42", "main"), (pull.Title, pull.Branches!.Head, pull.Branches.Base));
        Assert.Contains("Fixes #42", pull.Body, StringComparison.Ordinal);
        Assert.Equal($"{git.Url}/acme/widgets/pulls/{pull.Number}", (string?)first.Status.Result!["extra"]!["pullRequestURL"]);
        IsFollowed(followed, first, pull);

        var (reached, released) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        forge.Passing = call => call.Method == "POST" && reached.TrySetResult() ? released.Task : Task.CompletedTask;
        await ApplyAsync(fleet, 43);
        await reached.Task.WaitAsync(TestDeadline.Default);
        _ = await fleet.KillAndRestartAsync(agent);
        released.SetResult();

        var second = await fleet.WaitForTaskAsync("issue-43", t => t.Status.Verdict is not null, "to end after its agent was killed", TimeSpan.FromMinutes(3));
        Assert.Equal([AttemptOutcome.GivenBack, AttemptOutcome.Succeeded], second.Status.Attempts.Select(a => a.Outcome!.Value));
        var opened = Assert.Single(stored.OpenPulls, p => p.Branches!.Head == "foreman/issue-43");
        Assert.Equal($"{git.Url}/acme/widgets/pulls/{opened.Number}", (string?)second.Status.Result!["extra"]!["pullRequestURL"]);
        Assert.Equal(second.Status.CommitSHA, (await GitFolder.GitAsync(git.RepositoryOf("acme/widgets"), "rev-parse", "foreman/issue-43")).Trim());
        forge.Verify();
    }

    public void Dispose() => _folder.Dispose();

    // The way of the task, and at the end verdict, checks, the change itself, its branch and its pull request, in this order.
    private static void IsFollowed(CommandRun run, AgenticTask task, StoredThread pull)
    {
        string[] expected =
        [
            "Task acme-widgets-issue-42 was created in namespace ", " on host-a", "GO: it is right now", "  test     GATE-PASS", "--- a/calc.py", "+++ b/calc.py", "-wrong", "+right",
            $"The branch foreman/issue-42 of acme/widgets is at {task.Status.CommitSHA![..10]}.", $"/acme/widgets/pulls/{pull.Number}", "Attempt 1 on host-a",
        ];
        var lines = run.Output.Split('\n').ToList();
        var places = expected.Select(e => lines.FindIndex(l => l.Contains(e, StringComparison.Ordinal))).ToList();
        Assert.True(places.All(p => p >= 0) && places.SequenceEqual(places.Order()), $"lines {string.Join(' ', places)} of\n{run.Output}");
        Assert.Empty(run.Error);
    }

    private static Task<string> ApplyAsync(ForemanFleet fleet, int issue) => fleet.Kubectl.ApplyAsync(
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata:
          name: issue-{{issue}}
          namespace: {{fleet.Namespace}}
        spec:
          kind: issue-fix
          payload:
            repo: acme/widgets
            issue: {{issue}}
            openPullRequest: true
          gateProfile:
            language: generic
            commands:
              test: grep -q right calc.py
        """);

    private async Task<StoredRepository> BeginAsync(GitServer git, GiteaServer forge)
    {
        var stored = forge.Store.Add("acme/widgets");
        stored.AddIssue(42, "It is wrong", "It should be right.");
        stored.AddIssue(43, "It is still wrong", "It should be right.");
        var bare = await git.CreateAsync("acme/widgets");
        var person = await GitFolder.InitAsync(_folder["person"]);
        await person.CommitAsync("calc.py", "wrong\n");
        await person.PushAsync(bare, "main");
        return stored;
    }
}
