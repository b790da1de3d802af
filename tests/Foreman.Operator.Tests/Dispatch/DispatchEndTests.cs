using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Live;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchEndTests
{
    private static readonly DispatchHints OnForge = new(new DispatchRequest { Issues = [42], Repo = "o/r" }, "team");

    [Fact]
    public void Verdict_checks_diff_branch_and_pull_request_are_shown()
    {
        var lines = Lines(OnForge, Done(new JsonObject
        {
            ["pullRequestURL"] = "https://git.example/o/r/pulls/7",
            ["diff"] = new JsonObject { ["text"] = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+\tnew\u001b[31m\n", ["truncated"] = true },
        }));

        Assert.Equal(
            [
                "", "GO: add adds now", "  test     GATE-PASS, 3 s", "", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "-old", "+    new\\u001b[31m", "… and more", "",
                "The branch foreman/issue-42 of o/r is at 0123456789.", "Pull request: https://git.example/o/r/pulls/7", "",
                "Attempt 1 on box, model qwen, 4 turns, 12,345 tokens read, 678 written, 9 s.", "",
                "Go on with:", "  git fetch origin foreman/issue-42", "  foreman-operator result t -n team",
            ],
            lines.Select(l => l.Text));
        Assert.Equal([LineLook.Good, LineLook.Plain, LineLook.Part, LineLook.Bad, LineLook.Good], [lines[1].Look, lines[5].Look, lines[6].Look, lines[7].Look, lines[8].Look]);
    }

    [Fact]
    public void A_clone_is_shown_with_git_and_what_is_unverified_or_unopened_is_said()
    {
        var hints = new DispatchHints(new DispatchRequest { Repo = "file://box/my%20c", Folder = "/my c", Prompt = "p" }, "team");

        var lines = Lines(hints, Done(new JsonObject { ["unverified"] = true, ["pullRequestError"] = "403: no rights", ["issueError"] = "404" })).Select(l => l.Text).ToArray();

        Assert.Contains("No check has passed over what is on it.", lines);
        Assert.Contains("There is no pull request: 403: no rights", lines);
        Assert.Contains("The issue was not read: 404", lines);
        Assert.Contains("  git -C '/my c' show foreman/issue-42", lines);
    }

    [Fact]
    public void A_draft_its_warnings_and_a_branch_that_fails_are_told()
    {
        var lines = Lines(OnForge, Done(new JsonObject
        {
            ["pullRequestURL"] = "https://git.example/7",
            ["pullRequestDraft"] = true,
            ["pullRequestWarnings"] = new JsonArray("no label bug", 7),
            ["gateFailedBranch"] = "foreman/issue-42-failed",
        })).Select(l => l.Text).ToArray();

        Assert.Contains("Pull request (a draft): https://git.example/7", lines);
        Assert.Contains("  no label bug", lines);
        Assert.Contains("What fails its checks is on the branch foreman/issue-42-failed.", lines);
    }

    [Fact]
    public void A_failure_names_reason_and_causes_and_where_to_look()
    {
        var task = Done(new JsonObject { ["intendedBranch"] = "foreman/issue-42" });
        task = task with
        {
            Status = task.Status with
            {
                Verdict = Verdict.Incomplete,
                FailureReason = FailureReason.CloneFailed,
                Branch = null,
                CommitSHA = null,
                Gate = null,
                Attempts = [new() { Attempt = 1, Node = "box", Outcome = AttemptOutcome.Failed, Reason = "CloneFailed", Message = "o/r is not there" }],
            },
        };

        var lines = Lines(OnForge, task);

        Assert.Equal(("INCOMPLETE (CloneFailed): add adds now", LineLook.Bad), (lines[1].Text, lines[1].Look));
        Assert.Equal("  attempt 1 on box: CloneFailed: o/r is not there", lines[2].Text);
        Assert.Contains(lines, l => l.Text == "Nothing was pushed to the branch foreman/issue-42 of o/r.");
        Assert.Equal("  kubectl describe agentictask t -n team", lines[^1].Text);
    }

    [Fact]
    public void A_task_that_never_ran_says_why()
    {
        var task = new AgenticTask
        {
            Metadata = new() { Name = "t" },
            Spec = new() { Kind = TaskKind.IssueFix, Payload = new() { Repo = "o/r" } },
            Status = new() { Phase = TaskPhase.Failed, Verdict = Verdict.Incomplete, FailureReason = FailureReason.Unsupported, Conditions = [new() { Type = ConditionTypes.Completed, Status = "True", Reason = "Unsupported", Message = "spec.kind can't be done" }] },
        };

        var lines = Lines(OnForge, task).Select(l => l.Text).ToArray();

        Assert.Equal("INCOMPLETE (Unsupported): spec.kind can't be done", lines[1]);
        Assert.Contains("No branch was made in o/r.", lines);
        Assert.Contains("Attempt 0 on no host.", lines);
    }

    [Fact]
    public void Of_several_tasks_each_is_named_and_a_deleted_one_says_so()
    {
        var hints = new DispatchHints(OnForge.Request with { Issues = [42, 43] }, "team");

        Assert.Equal("t: GO: add adds now", Lines(hints, Done(new JsonObject()))[1].Text);
        Assert.Equal(["", "t was deleted before it ended."], DispatchEnd.Lines(new DispatchedTask(Done(new JsonObject())) { IsGone = true }, hints).Select(l => l.Text));
    }

    [Fact]
    public void What_a_review_found_stands_behind_its_verdict()
    {
        var finding = new JsonObject { ["severity"] = "major", ["file"] = "calc.py", ["line"] = 2, ["message"] = "add subtracts" };

        Assert.Equal("  major calc.py:2 add subtracts", Lines(OnForge, Done(new JsonObject { ["findings"] = new JsonArray(finding) }))[2].Text);
    }

    internal static AgenticTask Done(JsonObject extra) => new()
    {
        Metadata = new() { Name = "t", NamespaceProperty = "team", Uid = "u" },
        Spec = new() { Kind = TaskKind.IssueFix, Payload = new() { Repo = "o/r", Issue = 42 } },
        Status = new()
        {
            Phase = TaskPhase.Succeeded,
            Verdict = Verdict.Go,
            Attempt = 1,
            AssignedNode = "box",
            Model = new() { Name = "qwen" },
            Branch = "foreman/issue-42",
            CommitSHA = "0123456789abcdef0123456789abcdef01234567",
            Gate = [new() { Check = "test", Outcome = Verdict.GatePass, Seconds = 3 }],
            Usage = new() { Turns = 4, PromptTokens = 12345, CompletionTokens = 678, Seconds = 9 },
            Result = new JsonObject { ["summary"] = "add adds now", ["extra"] = extra },
        },
    };

    private static EndLine[] Lines(DispatchHints hints, AgenticTask task) => [.. DispatchEnd.Lines(new DispatchedTask(task), hints)];
}
