using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchTasksTests
{
    private static readonly DispatchRequest Issue = new() { Issues = [42], Repo = "o/r", RepoName = "o/r", Kind = TaskKind.IssueFix, Now = new DateTimeOffset(2031, 3, 14, 1, 59, 26, TimeSpan.Zero) };

    [Fact]
    public void An_issue_becomes_a_task_that_opens_a_pull_request()
    {
        var task = Assert.Single(DispatchTasks.Of(Issue, "team"));

        Assert.Equal(("o-r-issue-42", "team"), (task.Name(), task.Namespace()));
        Assert.Equal(
            """{"kind":"issue-fix","payload":{"repo":"o/r","issue":42,"openPullRequest":true}}""",
            JsonSerializer.Serialize(task.Spec, ApiJson.Default.AgenticTaskSpec));
    }

    [Fact]
    public void What_is_asked_stands_in_the_task()
    {
        var task = Assert.Single(DispatchTasks.Of(
            Issue with
            {
                Prompt = "mind the tests",
                Base = "dev",
                Branch = "b",
                BranchPrefix = "p",
                Overwrite = true,
                OpenPullRequest = false,
                Gate = new GateProfile { Language = GateLanguage.Go },
                Agent = "coder",
                Model = "qwen",
                TimeoutSeconds = 60,
                Name = "n",
            },
            "team"));

        Assert.Equal("n", task.Name());
        Assert.Equal(("coder", "qwen", 60, GateLanguage.Go), (task.Spec.AgentRef!.Name, task.Spec.ModelRef, task.Spec.TimeoutSeconds, task.Spec.GateProfile!.Language));
        Assert.Equal(
            new TaskPayload { Repo = "o/r", Issue = 42, Prompt = "mind the tests", BaseBranch = "dev", Branch = "b", BranchPrefix = "p", AllowOverwrite = true, OpenPullRequest = false },
            task.Spec.Payload);
    }

    [Fact]
    public void Each_issue_is_a_task_of_its_own() =>
        Assert.Equal(["o-r-issue-1", "o-r-issue-2"], DispatchTasks.Of(Issue with { Issues = [1, 2] }, "team").Select(t => t.Name()));

    [Theory]
    [InlineData("My Clone", "freeform", null, "my-clone-20310314-015926-1e80aa")]
    [InlineData(null, "freeform", null, "task-20310314-015926-1e80aa")]
    [InlineData("é", "freeform", null, "task-20310314-015926-1e80aa")]
    [InlineData("o/r", "verify", null, "o-r-verify-20310314-015926-1e80aa")]
    [InlineData("o/r", "review", 7, "o-r-review-7")]
    [InlineData("group/sub.group/A_Very-Long-Name-Of-A-Repository-That-Would-Be-Cut-Off", "issue-fix", 42, "group-sub-group-a-very-long-name-of-a-repository-that-issue-42")]
    public void Names_say_what_the_task_is_about(string? repo, string kind, int? issue, string name)
    {
        var request = Issue with { RepoName = repo, Kind = new TaskKind(kind), Issues = issue is { } number ? [number] : [] };

        var made = Assert.Single(DispatchTasks.Of(request, "team")).Name();

        Assert.Equal(name, made);
        Assert.InRange(made.Length, 1, 63);
    }

    [Fact]
    public void Prompts_of_one_second_have_names_of_their_own()
    {
        var prompt = Issue with { Issues = [], Kind = TaskKind.Freeform, Prompt = "mend it" };
        DispatchRequest[] requests = [prompt, prompt with { Prompt = "mend the other" }, prompt with { Branch = "b" }, prompt with { Repo = "o/s" }, prompt];

        Assert.Equal(4, requests.Select(r => Assert.Single(DispatchTasks.Of(r, "team")).Name()).Distinct().Count());
    }

    [Theory]
    [InlineData("o/r", "issue-fix", true)]
    [InlineData("o/r", "freeform", true)]
    [InlineData("o/r", "verify", null)]
    [InlineData("o/r", "review", null)]
    [InlineData("file://box/c", "issue-fix", false)]
    [InlineData("file://box/c", "freeform", false)]
    [InlineData(null, "freeform", null)]
    public void A_pull_request_is_opened_where_there_is_a_forge(string? repo, string kind, bool? opens) =>
        Assert.Equal(opens, Assert.Single(DispatchTasks.Of(Issue with { Repo = repo, Kind = new TaskKind(kind), Issues = [] }, "team")).Spec.Payload.OpenPullRequest);
}
