using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Publishing;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

public sealed class ForgeReportTests
{
    private static readonly RunRecord Record = new(new Attempt(new AgenticTask(), Tasks.Me), 0);
    private static readonly WorkReport Report = new(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done", Extra = new JsonObject { ["other"] = "kept" } }, TaskPhase.Succeeded, new Usage());

    [Fact]
    public void A_pull_request_stands_in_the_report()
    {
        var report = ForgeReport.Add(Report, Record with { PullRequest = new ProposedPullRequest { Url = "https://f/1", IsDraft = true, Warnings = ["no label"] } });

        var extra = report.Envelope.Extra!;
        Assert.Equal(("https://f/1", true, "no label", "kept"), ((string?)extra["pullRequestURL"], (bool?)extra["pullRequestDraft"], (string?)extra["pullRequestWarnings"]![0], (string?)extra["other"]));
        Assert.Equal("done", report.Envelope.Summary);
    }

    [Fact]
    public void One_that_failed_leaves_the_verdict_and_is_told_before_the_summary()
    {
        var report = ForgeReport.Add(Report, Record with { PullRequest = new ProposedPullRequest { Error = "403: scope repo is missing" } });

        Assert.Equal((Verdict.Go, "403: scope repo is missing"), (report.Envelope.Verdict, (string?)report.Envelope.Extra!["pullRequestError"]));
        Assert.Contains("has no pull request: 403: scope repo is missing; done", report.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_has_pushed_nothing_and_says_so()
    {
        var proposed = new ProposedPullRequest { Error = "no" };

        Assert.Contains(" is found good, but has no pull request", ForgeReport.Add(Report, Record with { PullRequest = proposed }).Envelope.Summary, StringComparison.Ordinal);
        Assert.Contains(" is pushed, but has no pull request", ForgeReport.Add(Report, Record with { PullRequest = proposed, Publication = new Publication { Branch = "b" } }).Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_issue_that_could_not_be_read_is_told() =>
        Assert.Equal("issue #1 is gone", (string?)ForgeReport.Add(Report, Record with { IssueError = "issue #1 is gone" }).Envelope.Extra!["issueError"]);

    [Fact]
    public void A_run_without_a_forge_and_one_that_was_stopped_report_as_ever()
    {
        var stopped = Report with { Stopped = true };

        Assert.Same(Report, ForgeReport.Add(Report, Record));
        Assert.Same(stopped, ForgeReport.Add(stopped, Record with { IssueError = "e" }));
    }
}
