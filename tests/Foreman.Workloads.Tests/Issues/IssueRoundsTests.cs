using Foreman.Api;

namespace Foreman.Workloads.Tests.Issues;

public sealed class IssueRoundsTests
{
    private static readonly WorkloadSpec Spec = Given.Batch(7) with { ReviewerAgentRefs = Given.Refs("reader", "critic"), EscalationCoderAgentRef = Given.Ref("senior") };

    [Fact]
    public void A_revision_is_due_once_all_reviewers_have_ended_and_one_refused()
    {
        Assert.Equal("", Due(Spec, "review-7-0:NO-GO"));
        Assert.Equal("", Due(Spec, "review-7-0:NO-GO", "review-7-1:Running"));
        Assert.Equal("", Due(Spec, "review-7-0:GO", "review-7-1:GO"));
        Assert.Equal("", Due(Spec, "review-7-0:INCOMPLETE", "review-7-1:GO"));
        Assert.Equal("Revision1", Due(Spec, "review-7-0:NO-GO", "review-7-1:GO"));
        Assert.Equal("Revision1", Due(Spec, "review-7-0:NO-GO", "review-7-1:INCOMPLETE"));
    }

    [Fact]
    public void Reviewers_that_the_cap_cut_off_are_not_waited_for() =>
        Assert.Equal("Revision1", Shown(Rounds(Spec, ["code-7", "verify-7", "review-7-0"], "review-7-0:NO-GO")));

    [Theory]
    [InlineData(0, "")]
    [InlineData(null, "Revision1")]
    [InlineData(2, "Revision1 Revision2")]
    [InlineData(3, "Revision1 Revision2 Revision3")]
    [InlineData(9, "Revision1 Revision2 Revision3")]
    public void Rounds_follow_one_another_up_to_the_most(int? most, string expected) => Assert.Equal(
        expected,
        Due(
            Spec with { MaxReviewIterations = most, ReviewerAgentRefs = Given.Refs("reader") },
            "review-7-0:NO-GO", "review-7-0-r1:NO-GO", "review-7-0-r2:NO-GO", "review-7-0-r3:GO"));

    [Fact]
    public void More_rounds_than_a_bound_are_never_made()
    {
        string[] refusals = [.. Enumerable.Range(0, 30).Select(r => r == 0 ? "review-7-0:NO-GO" : $"review-7-0-r{r}:NO-GO")];

        var due = Due(Spec with { MaxReviewIterations = 1000, ReviewerAgentRefs = Given.Refs("reader") }, refusals);

        Assert.Equal(IssueBatch.MaxRounds, due.Split(' ').Length);
    }

    [Fact]
    public void The_coder_of_the_last_round_is_escalated()
    {
        Assert.Equal("CoderEscalation0", Due(Spec, "code-7:NO-GO"));
        Assert.Equal("Revision1", Due(Spec, "code-7:GO", "review-7-0:NO-GO", "review-7-1:GO"));
        Assert.Equal("Revision1 CoderEscalation1", Due(Spec, "code-7:GO", "review-7-0:NO-GO", "review-7-1:GO", "code-7-r1:NO-GO"));
        Assert.Equal("", Due(Spec with { EscalationCoderAgentRef = null }, "code-7:NO-GO"));
        Assert.Equal("", Due(Spec with { EscalationCoderAgentRef = new() }, "code-7:NO-GO"));
    }

    [Fact]
    public void A_round_that_found_no_room_keeps_the_coder_before_it_from_nothing() =>
        Assert.Equal("Revision1 CoderEscalation0", Due(Spec, "code-7:NO-GO", "review-7-0:NO-GO", "review-7-1:GO"));

    [Fact]
    public void Further_reviewers_come_when_no_round_follows_a_refusal()
    {
        var rounds = Rounds(Spec with { MaxReviewIterations = 0 }, null, "review-7-0:NO-GO", "review-7-1:GO");

        var group = rounds.FurtherReviews(Growth(), [(0, "judge")]);

        Assert.Equal((StepGroupKind.FurtherReviews, 0, Reasons.BaseReviewerNoGo), (group!.Kind, group.Round, group.Reason));
        Assert.Equal("escalate-7-0", Assert.Single(group.Steps).Name);
    }

    [Theory]
    [InlineData("OutOfTurns", true, "escalate-7-0")]
    [InlineData("OutOfTime", true, "escalate-7-0")]
    [InlineData("Stuck", true, "escalate-7-0")]
    [InlineData("OutOfTurns", null, "")]
    [InlineData("OutOfTurns", false, "")]
    [InlineData("Broken", true, "")]
    [InlineData("Cancelled", true, "")]
    [InlineData("Upstream", true, "")]
    [InlineData("GO", true, "")]
    [InlineData("Running", true, "")]
    public void Further_reviewers_take_the_place_of_reviews_without_a_verdict(string end, bool? onFailure, string expected)
    {
        var growth = Growth();
        var rounds = Rounds(Spec with { EscalateOnFailure = onFailure }, null, $"review-7-0:{end}", "review-7-1:GO");

        var group = rounds.FurtherReviews(growth, [(0, "judge")]);

        Assert.Equal(expected, string.Join(' ', group?.Steps.Select(s => s.Name) ?? []));
        Assert.False(rounds.IsReplaced("review-7-0", growth));
        if (group is not null)
        {
            growth.Add([group]);
            var step = Assert.Single(group.Steps);
            Assert.Equal((Reasons.BaseReviewerFailureEscalation, true, "code-7"), (group.Reason, step.Payload.OpenPullRequest ?? false, Assert.Single(step.DependsOn)));
            Assert.Equal((true, false), (rounds.IsReplaced("review-7-0", growth), rounds.IsReplaced("review-7-1", growth)));
        }
    }

    [Fact]
    public void A_refusal_beside_a_review_without_a_verdict_is_revised_first_and_stands()
    {
        var spec = Spec with { EscalateOnFailure = true };
        var rounds = Rounds(spec with { MaxReviewIterations = 0 }, null, "review-7-0:NO-GO", "review-7-1:OutOfTurns");
        var growth = Growth();

        var group = rounds.FurtherReviews(growth, [(0, "judge")])!;
        growth.Add([group]);

        Assert.Equal("Revision1", Due(spec, "review-7-0:NO-GO", "review-7-1:OutOfTurns"));
        Assert.Equal((Reasons.BaseReviewerNoGo, null), (group.Reason, Assert.Single(group.Steps).Payload.OpenPullRequest));
        Assert.False(rounds.IsReplaced("review-7-1", growth));
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void A_bound_of_rounds_that_bites_is_known(int most, bool expected)
    {
        string[] refusals = [.. Enumerable.Range(0, 21).Select(r => r == 0 ? "review-7-0:NO-GO" : $"review-7-0-r{r}:NO-GO")];
        var spec = Spec with { MaxReviewIterations = most, ReviewerAgentRefs = Given.Refs("reader") };
        var (bound, last) = (Rounds(spec, null, refusals), Rounds(spec, null, [.. refusals[..^1], "review-7-0-r20:GO"]));

        Assert.Equal((expected, false), (bound.IsAtBound(Growth([.. bound.Due()])), last.IsAtBound(Growth([.. last.Due()]))));
        Assert.False(bound.IsAtBound(Growth([.. bound.Due().Take(19)])));
    }

    [Fact]
    public void Further_reviewers_stay_away_where_the_last_round_passed_or_the_coder_was_escalated()
    {
        string[] refused = ["review-7-0:NO-GO", "review-7-1:GO"];
        var passed = Growth(new StepGroup(StepGroupKind.Revision, 7, 1, "", [New("code-7-r1")]));
        var escalated = Growth(new StepGroup(StepGroupKind.CoderEscalation, 7, 0, "", [New("code-7-esc")]));

        Assert.Null(Rounds(Spec, null, [.. refused, "review-7-0-r1:GO", "review-7-1-r1:GO"]).FurtherReviews(passed, [(0, "judge")]));
        Assert.Null(Rounds(Spec, null, refused).FurtherReviews(escalated, [(0, "judge")]));
        Assert.Null(Rounds(Spec with { ReviewerAgentRefs = null }, null, refused).FurtherReviews(Growth(), [(0, "judge")]));
    }

    [Fact]
    public void A_later_round_takes_the_place_of_earlier_ones_and_an_escalation_that_of_all()
    {
        var rounds = Rounds(Spec, null);
        var (first, second) = (new StepGroup(StepGroupKind.Revision, 7, 1, "", [New("a")]), new StepGroup(StepGroupKind.Revision, 7, 2, "", [New("b")]));
        var further = new StepGroup(StepGroupKind.FurtherReviews, 7, 2, "", [New("c")]);
        var escalation = new StepGroup(StepGroupKind.CoderEscalation, 7, 2, "", [New("d")]);

        Assert.Equal((true, true, false, false), Superseded(Growth(first, second, further)));
        Assert.Equal((true, true, true, false), Superseded(Growth(first, second, further, escalation)));
        Assert.Equal((false, false, false, false), Superseded(Growth(new StepGroup(StepGroupKind.Revision, 8, 1, "", [New("e")]))));

        (bool, bool, bool, bool) Superseded(Growth growth) =>
            (rounds.IsSuperseded(null, growth), rounds.IsSuperseded(first, growth), rounds.IsSuperseded(second, growth), rounds.IsSuperseded(further, growth));
    }

    private static string Due(WorkloadSpec spec, params string[] results) => Shown(Rounds(spec, null, results));

    private static string Shown(IssueRounds rounds) => string.Join(' ', rounds.Due().Select(g => $"{g.Kind}{g.Round}"));

    private static IssueRounds Rounds(WorkloadSpec spec, string[]? first, params string[] results)
    {
        var byStep = results.Select(r => r.Split(':')).ToDictionary(r => r[0], r => Result(r[0], r[1]), StringComparer.Ordinal);
        var steps = new IssueSteps("w", spec, 7, [.. (spec.ReviewerAgentRefs ?? []).Select((r, i) => (i, r.Name))]);
        var kept = (first ?? [.. steps.Base().Select(s => s.Name)]).ToHashSet(StringComparer.Ordinal);
        return new(steps, Given.Workload("w", spec), s => byStep.GetValueOrDefault(s, StepResult.Unmade), kept);
    }

    private static StepResult Result(string step, string end) => StepResult.Of(end == "Running"
        ? Given.Child("w", step).Running()
        : Given.Child("w", step).Ended(end switch
        {
            "OutOfTurns" => RunEnd.OutOfTurns,
            "OutOfTime" => RunEnd.OutOfTurns with { Outcome = "LOOP-BUDGET-EXHAUSTED", Reason = FailureReason.Timeout },
            "Stuck" => RunEnd.OutOfTurns with { Outcome = "STUCK-LOOP-DETECTED", Reason = FailureReason.ModelMisunderstood },
            "Broken" => RunEnd.Broken,
            "Cancelled" => RunEnd.Cancelled,
            "Upstream" => RunEnd.Upstream,
            _ => new RunEnd(new Verdict(end)) { Outcome = "MODEL-DECIDED" },
        }));

    // Groups that were begun are there whatever the cap.
    private static Growth Growth(params StepGroup[] groups)
    {
        var growth = new Growth(new TaskCap(null, "spec.maxTasks"), 0, _ => new StepResult(StepState.Running));
        growth.Add(groups);
        return growth;
    }

    private static Step New(string name) => new(name, TaskKind.Freeform, "writer", new());
}
