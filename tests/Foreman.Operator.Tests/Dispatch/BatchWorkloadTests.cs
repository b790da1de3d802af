using System.Text.Json;
using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class BatchWorkloadTests
{
    private static readonly BatchRequest Two = new() { Issues = [43, 42] };
    private static readonly DispatchRequest Request = new() { Repo = "o/r", RepoName = "o/r", Batch = Two };
    private static readonly BatchAgents Agents = new() { Coder = "c" };

    [Fact]
    public void Issues_become_one_workload()
    {
        var workload = BatchWorkload.Of(Request, Two, Agents, "team");

        Assert.Equal(("o-r-issues-42-43", "team"), (workload.Metadata.Name, workload.Metadata.NamespaceProperty));
        Assert.Equal(
            """{"intent":"Do what the issue asks for, and nothing else.","repo":"o/r","issues":[43,42],"coderAgentRef":{"name":"c"}}""",
            Spec(workload));
    }

    [Fact]
    public void What_is_asked_stands_in_the_workload()
    {
        var batch = Two with
        {
            Intent = "keep it small",
            RevisionCoder = "rc",
            EscalationCoder = "ec",
            EscalationReviewers = ["er"],
            MaxReviews = 2,
            MaxTasks = 9,
            BudgetTokens = 1000,
            BudgetSeconds = 60,
        };
        var workload = BatchWorkload.Of(
            Request with { Name = "n", Overwrite = true, OpenPullRequest = false, Gate = new() { Language = GateLanguage.Go } }, batch, Agents with { Verifier = "v", Reviewers = ["r1", "r2"] }, "team");

        Assert.Equal("n", workload.Metadata.Name);
        Assert.Equal(
            new WorkloadSpec
            {
                Intent = "keep it small",
                Repo = "o/r",
                CoderAgentRef = new() { Name = "c" },
                VerifierAgentRef = new() { Name = "v" },
                RevisionCoderAgentRef = new() { Name = "rc" },
                EscalationCoderAgentRef = new() { Name = "ec" },
                EscalateOnFailure = true,
                MaxReviewIterations = 2,
                MaxTasks = 9,
                Budget = new() { Tokens = 1000, Seconds = 60 },
                AllowOverwrite = true,
                OpenPullRequest = false,
                GateProfile = new() { Language = GateLanguage.Go },
            },
            workload.Spec with { Issues = null, ReviewerAgentRefs = null, EscalationReviewerAgentRefs = null });
        Assert.Equal(["r1", "r2"], workload.Spec.ReviewerAgentRefs!.Select(r => r.Name));
        Assert.Equal(["er"], workload.Spec.EscalationReviewerAgentRefs!.Select(r => r.Name));
    }

    [Theory]
    [InlineData("o/r", 1, "o-r-issues-1")]
    [InlineData(null, 2, "task-issues-1-2")]
    [InlineData("group/sub.group/A_Very-Long-Name-Of-A-Repository", 2, "group-sub-group-a-very-long-name-of-issues-1-2")]
    public void Names_say_what_the_workload_is_about(string? repo, int issues, string name) =>
        Assert.Equal(name, BatchWorkload.NameOf(Request with { RepoName = repo }, Two with { Issues = [.. Enumerable.Range(1, issues)] }));

    [Fact]
    public void Many_issues_have_a_short_name_of_their_own()
    {
        var names = new[] { Enumerable.Range(1, 40), Enumerable.Range(1, 41), Enumerable.Range(1, 39).Append(41) }
            .Select(i => BatchWorkload.NameOf(Request, Two with { Issues = [.. i] })).ToArray();

        Assert.Equal(3, names.Distinct().Count());
        Assert.Matches("^o-r-40-issues-from-1-[0-9a-f]{6}$", names[0]);
        Assert.All(names, n => Assert.InRange(n.Length, 1, 46));
        Assert.Equal(names[0], BatchWorkload.NameOf(Request, Two with { Issues = [.. Enumerable.Range(1, 40).Reverse()] }));
    }

    [Fact]
    public void A_workload_that_asks_for_the_same_is_the_same_also_when_it_is_held_or_a_question_of_it_was_answered()
    {
        var wanted = BatchWorkload.Of(Request, Two, Agents, "team");
        var held = wanted with { Spec = wanted.Spec with { Suspend = true, Issues = [43, 42], Decision = new() { Step = "code-42", Answer = "Both." } } };

        Assert.Empty(BatchWorkload.Differences(wanted, held));
        Assert.Equal(
            ["spec.intent", "spec.issues", "spec.maxTasks"],
            BatchWorkload.Differences(wanted, held with { Spec = held.Spec with { Intent = "other", Issues = [42], MaxTasks = 3 } }));
    }

    [Fact]
    public void The_same_issues_in_another_order_are_the_same_work()
    {
        var wanted = BatchWorkload.Of(Request, Two, Agents, "team");

        Assert.Empty(BatchWorkload.Differences(wanted, BatchWorkload.Of(Request, Two with { Issues = [42, 43] }, Agents, "team")));
        Assert.Equal(["spec.issues"], BatchWorkload.Differences(wanted, BatchWorkload.Of(Request, Two with { Issues = [42, 44] }, Agents, "team")));
    }

    private static string Spec(Workload workload) => JsonSerializer.SerializeToNode(workload, Workload.TypeInfo)!["spec"]!.ToJsonString();
}
