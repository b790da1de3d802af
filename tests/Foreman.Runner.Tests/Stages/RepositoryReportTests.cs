using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Gates;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

public sealed class RepositoryReportTests
{
    private static readonly GatePlan Plan = GatePlanner.Plan(Given.Tree(("go.mod", "")), null);

    [Fact]
    public void A_pushed_branch_stands_in_the_report()
    {
        var report = Add(new Publication { Branch = "b", CommitSha = "sha", IsPushed = true, Diff = new DiffText("+x", false, [new FileChange("x", ChangeKind.Added, 1, 0)]) }, Verdict.GatePass);

        Assert.Equal(("b", "sha", Verdict.Go), (report.Branch, report.CommitSha, report.Envelope.Verdict));
        var extra = report.Envelope.Extra!;
        Assert.Equal(("b", "sha", "+x", 1), ((string?)extra["branch"], (string?)extra["commitSHA"], (string?)extra["diff"]!["text"], (int)extra["diff"]!["files"]!));
        Assert.Null(extra["unverified"]);
        Assert.Equal("kept", (string?)extra["other"]);
    }

    [Fact]
    public void A_branch_that_was_not_pushed_is_only_intended()
    {
        var report = Add(new Publication { Branch = "b", CommitSha = "sha", Ending = Ending.NotPushed("no") }, Verdict.GatePass);

        Assert.Equal((null, null, "b"), (report.Branch, report.CommitSha, (string?)report.Envelope.Extra!["intendedBranch"]));
        Assert.Equal((Verdict.Incomplete, "PUSH-FAILED", "no"), (report.Envelope.Verdict, (string?)report.Envelope.Extra["outcome"], report.Envelope.Summary));
    }

    [Fact]
    public void A_branch_without_a_passed_gate_is_unverified() =>
        Assert.True((bool?)Add(new Publication { Branch = "b", CommitSha = "sha", IsPushed = true }, Verdict.GateError).Envelope.Extra!["unverified"]);

    [Fact]
    public void Work_whose_checks_fail_is_told_where_it_is_kept()
    {
        var report = Failed(new Publication { Branch = "b", CommitSha = "sha", KeptOn = "b-gate-failed" });

        Assert.Equal((null, null, "b-gate-failed", "sha"), (report.Branch, report.CommitSha, (string?)report.Envelope.Extra!["gateFailedBranch"], (string?)report.Envelope.Extra["commitSHA"]));
        Assert.StartsWith("checks of the repository still fail, and the work is kept on b-gate-failed: test failed", report.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_whose_checks_fail_and_that_is_not_kept_says_why()
    {
        var report = Failed(new Publication { Branch = "b", KeepError = "no" });

        Assert.Equal((null, "no"), ((string?)report.Envelope.Extra!["gateFailedBranch"], (string?)report.Envelope.Extra["gateFailedBranchError"]));
        Assert.StartsWith("nothing was committed", report.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_repository_and_one_that_was_stopped_report_as_ever()
    {
        var report = new WorkReport(new ResultEnvelope(), TaskPhase.Succeeded, new Usage());

        Assert.Same(report, RepositoryReport.Add(report, Record));
        var stopped = report with { Stopped = true };
        Assert.Same(stopped, RepositoryReport.Add(stopped, Record with { Publication = new Publication { Branch = "b" } }));
    }

    private static RunRecord Record => new(new Attempt(new AgenticTask(), Tasks.Me), 0);

    private static WorkReport Failed(Publication publication) => RepositoryReport.Add(
        new WorkReport(new ResultEnvelope { Verdict = Verdict.Incomplete, FailureReason = FailureReason.GateFailed, Summary = "s" }, TaskPhase.Succeeded, new Usage()),
        Record with { Publication = publication, Gate = new GateReport(Plan, [new GateCheckResult { Check = "test", Outcome = Verdict.GateFail, Excerpt = "red" }]) });

    private static WorkReport Add(Publication publication, Verdict gate) => RepositoryReport.Add(
        new WorkReport(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done", Extra = new JsonObject { ["other"] = "kept" } }, TaskPhase.Succeeded, new Usage()),
        Record with { Publication = publication, Gate = new GateReport(Plan, [new GateCheckResult { Check = "test", Outcome = gate }]) });
}
