using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads.Tests.Issues;

public sealed class IssueStepsTests
{
    [Fact]
    public void Names_say_issue_reviewer_and_round()
    {
        var steps = Steps(Given.Batch(7), (0, "reader"), (2, "critic"));

        Assert.Equal(("code-7", "code-7-r3"), (steps.Code(0), steps.Code(3)));
        Assert.Equal(["review-7-0", "review-7-2"], steps.Reviews(0));
        Assert.Equal(["review-7-0-r1", "review-7-2-r1"], steps.Reviews(1));
        Assert.Equal("code-7 verify-7<code-7 review-7-0<verify-7 review-7-2<verify-7", Shown(steps.Base()));
        Assert.Equal("code-7-r2 verify-7-r2<code-7-r2 review-7-0-r2<verify-7-r2 review-7-2-r2<verify-7-r2", Shown(steps.Revision(2, [], [])));
    }

    [Fact]
    public void An_escalation_has_names_and_a_branch_of_its_own()
    {
        var steps = Steps(Given.Batch(7) with { EscalationCoderAgentRef = Given.Ref("senior") }, (0, "reader")).Escalation("code-7", StepResult.Unmade, []);

        Assert.Equal("code-7-esc verify-7-esc<code-7-esc review-7-esc-0<verify-7-esc", Shown(steps));
        Assert.All(steps, s => Assert.Equal("foreman/w/issue-7-esc", s.Payload.Branch));
    }

    [Fact]
    public void Further_reviews_follow_nothing_and_get_the_remarks_of_the_last_round()
    {
        var steps = Steps(Given.Batch(7), (0, "reader")).FurtherReviews([(1, "judge")], 2);

        var step = Assert.Single(steps);
        Assert.Equal(("escalate-7-1", "judge", "code-7-r2", "foreman/w/issue-7"), (step.Name, step.Agent, step.AdvisoriesOf, step.Payload.Branch));
        Assert.Empty(step.DependsOn);
        Assert.Null(step.Payload.OpenPullRequest);
    }

    [Fact]
    public void Only_reviewers_open_a_pull_request_where_there_are_any()
    {
        var reviewed = Given.Batch(7) with { ReviewerAgentRefs = Given.Refs("reader") };

        Assert.Equal("code-7 - verify-7 -", Opening(Given.Batch(7) with { OpenPullRequest = false }));
        Assert.Equal("code-7 True verify-7 -", Opening(Given.Batch(7)));
        Assert.Equal("code-7 - verify-7 - review-7-0 True", Opening(reviewed, (0, "reader")));
        Assert.Equal("code-7 - verify-7 - review-7-0 False", Opening(reviewed with { OpenPullRequest = false }, (0, "reader")));
        Assert.Equal("code-7 - verify-7 -", Opening(reviewed));
    }

    [Fact]
    public void The_gate_profile_of_the_Workload_reaches_every_step()
    {
        var spec = Given.Batch(7) with { GateProfile = new() { Language = GateLanguage.Rust }, ScanGate = new() { Severity = ["LOW"] }, EscalationCoderAgentRef = Given.Ref("senior") };
        var steps = Steps(spec, (0, "reader"));

        Assert.All(
            [.. steps.Base(), .. steps.Revision(1, [], []), .. steps.Escalation("code-7", StepResult.Unmade, []), .. steps.FurtherReviews([(0, "judge")], 0)],
            (Step s) => Assert.Equal((GateLanguage.Rust, "LOW"), (s.GateProfile!.Language ?? default, s.ScanGate!.Severity![0])));
    }

    [Fact]
    public void Every_step_says_why_it_is_there()
    {
        var steps = Steps(Given.Batch(7) with { EscalationCoderAgentRef = Given.Ref("senior") }, (0, "reader"));

        Assert.Equal("issue 7", steps.Base()[0].Why);
        Assert.Equal("issue 7, revision 1: review-7-0 refused", steps.Revision(1, [("review-7-0", StepResult.Unmade)], [])[0].Why);
        Assert.Equal("issue 7, escalated: code-7 could not do it", steps.Escalation("code-7", StepResult.Unmade, [])[0].Why);
        Assert.Equal("issue 7, further review: a reviewer of the change refused", steps.FurtherReviews([(0, "judge")], 0)[0].Why);
        Assert.Equal("issue 7, further review: a reviewer of revision 2 refused", steps.FurtherReviews([(0, "judge")], 2)[0].Why);
    }

    private static IssueSteps Steps(WorkloadSpec spec, params (int, string)[] reviewers) => new("w", spec, 7, [.. reviewers]);

    private static string Shown(ImmutableArray<Step> steps) => string.Join(' ', steps.Select(s => s.DependsOn.IsEmpty ? s.Name : $"{s.Name}<{string.Join(',', s.DependsOn)}"));

    private static string Opening(WorkloadSpec spec, params (int, string)[] reviewers) =>
        string.Join(' ', Steps(spec, reviewers).Base().Select(s => $"{s.Name} {s.Payload.OpenPullRequest?.ToString() ?? "-"}"));
}
