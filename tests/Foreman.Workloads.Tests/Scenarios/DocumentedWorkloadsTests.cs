using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>Workloads in the shapes that LLMKube's documentation shows: each ends where that says.</summary>
public sealed class DocumentedWorkloadsTests
{
    [Fact]
    public void An_explicit_pipeline_makes_its_steps_as_they_are_written()
    {
        var world = World.Of("linter-fix", Given.Pipeline(
            new PipelineStep
            {
                Name = "code-503",
                Kind = TaskKind.IssueFix,
                AgentRef = Given.Ref("coder"),
                Payload = new() { Repo = "acme/shop", Issue = 503, Branch = "foreman/issue-503", Prompt = "Fix issue 503." },
                TimeoutSeconds = 1800,
            },
            new PipelineStep
            {
                Name = "verify-503",
                Kind = TaskKind.Verify,
                AgentRef = Given.Ref("gate"),
                Payload = new() { Repo = "acme/shop", Issue = 503, Branch = "foreman/issue-503" },
                DependsOn = ["code-503"],
                TimeoutSeconds = 3900,
                Priority = 4,
            }));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((2, 0, 0, 0, 0), world.Counts);
        Assert.Equal(["linter-fix-code-503", "linter-fix-verify-503"], world.Status.Tasks!.Select(t => t.Name!));
        var (code, verify) = (world.Task("code-503"), world.Task("verify-503"));
        Assert.Equal(("foreman/issue-503", "Fix issue 503.", 503, "acme/shop"), (code.Spec.Payload.Branch, code.Spec.Payload.Prompt, code.Spec.Payload.Issue ?? 0, code.Spec.Payload.Repo));
        Assert.Equal((1800, 3900, 4), (code.Spec.TimeoutSeconds ?? 0, verify.Spec.TimeoutSeconds ?? 0, verify.Spec.Priority ?? 0));
        Assert.Null(code.Spec.DependsOn);
        Assert.Equal(["linter-fix-code-503"], verify.Spec.DependsOn!);
        Assert.True(code.IsOwnedBy(world.Workload));
        Assert.Equal("linter-fix", code.GetLabel(Labels.Workload));
    }

    [Fact]
    public void A_batch_of_issues_gets_a_coder_and_a_verifier_for_each()
    {
        var world = World.Of("small-bugs", Given.Batch(531, 532) with { MaxTasks = 16 });

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-531 code-532 verify-531 verify-532", world.Steps);
        Assert.Equal((4, 0, 0, 0, 0), world.Counts);
        Assert.Null(world.Condition(ConditionTypes.Truncated));
        var (code, verify) = (world.Task("code-531"), world.Task("verify-531"));
        Assert.Equal(("coder", "gate"), (code.Spec.AgentRef!.Name, verify.Spec.AgentRef!.Name));
        Assert.Equal(("foreman/small-bugs/issue-531", "foreman/small-bugs/issue-531"), (code.Spec.Payload.Branch, verify.Spec.Payload.Branch));
        Assert.Equal((531, 531), (code.Spec.Payload.Issue ?? 0, verify.Spec.Payload.Issue ?? 0));
        Assert.EndsWith("Fix small bugs.", code.Spec.Payload.PromptPrefix, StringComparison.Ordinal);
        Assert.Null(verify.Spec.Payload.PromptPrefix);
        Assert.Equal(["small-bugs-code-531"], verify.Spec.DependsOn!);

        // Nobody else would, where there are no reviewers.
        Assert.True(code.Spec.Payload.OpenPullRequest);
        Assert.Null(verify.Spec.Payload.OpenPullRequest);
        Assert.Null(World.Of("w", Given.Batch(1) with { OpenPullRequest = false }).Settle().Task("code-1").Spec.Payload.OpenPullRequest);
    }

    [Fact]
    public void The_default_with_two_reviewers_completes_once_both_agree()
    {
        var world = World.Of("v04", Given.Batch(531) with { ReviewerAgentRefs = Given.Refs("reader", "critic"), AllowCloudReviewers = false, MaxTasks = 32 });

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-531 review-531-0 review-531-1 verify-531", world.Steps);
        var review = world.Task("review-531-1");
        Assert.Equal(("critic", TaskKind.Review), (review.Spec.AgentRef!.Name, review.Spec.Kind));
        Assert.Equal(["v04-verify-531"], review.Spec.DependsOn!);
        Assert.Equal((true, "foreman/v04/issue-531"), (review.Spec.Payload.OpenPullRequest ?? false, review.Spec.Payload.Branch));
        Assert.Null(world.Task("code-531").Spec.Payload.OpenPullRequest);
    }

    [Fact]
    public void One_reviewer_of_two_that_refuses_for_good_fails_the_Workload()
    {
        var world = World.Of(
            "v04", Given.Batch(531) with { ReviewerAgentRefs = Given.Refs("reader", "critic"), MaxReviewIterations = 0 }, ("review-531-1", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal((3, 0, 1, 0, 0), world.Counts);
        Assert.Equal(0, world.Status.ReviewIterations);
    }

    [Fact]
    public void A_gate_that_fails_keeps_a_whole_ensemble_from_reviewing()
    {
        var world = World.Of(
            "ensemble", Given.Batch(531) with { ReviewerAgentRefs = Given.Refs("reader", "critic", "cloud"), MaxTasks = 32 }, ("verify-531", RunEnd.GateFail));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("code-531 review-531-0 review-531-1 review-531-2 verify-531", world.Steps);
        Assert.Equal((1, 0, 1, 3, 0), world.Counts);
        Assert.All(["review-531-0", "review-531-1", "review-531-2"], s =>
        {
            Assert.Equal((Verdict.Incomplete, FailureReason.UpstreamFailed), (world.Entry(s).Verdict ?? default, world.Entry(s).Reason ?? default));
            Assert.Equal(0, world.Task(s).Status.Attempt);
        });
        Assert.Null(world.Condition(ConditionTypes.ReviewIterationTriggered));
    }

    [Fact]
    public void A_reviewer_that_refuses_and_refuses_the_revision_brings_in_the_further_reviewer()
    {
        var world = World.Of(
            "batch",
            Given.Batch(641, 642) with { ReviewerAgentRefs = Given.Refs("reader"), EscalationReviewerAgentRefs = Given.Refs("judge") },
            ("review-641-0", RunEnd.Refusal), ("review-641-0-r1", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code-641 code-641-r1 code-642 escalate-641-0 review-641-0 review-641-0-r1 review-642-0 verify-641 verify-641-r1 verify-642", world.Steps);
        var told = world.Condition(ConditionTypes.EscalationTriggered)!;
        Assert.Equal((Conditions.True, Reasons.BaseReviewerNoGo), (told.Status, told.Reason));
        Assert.Contains("641", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("642", told.Message, StringComparison.Ordinal);
        var judge = world.Task("escalate-641-0");
        Assert.Equal(("judge", TaskKind.Review, "foreman/batch/issue-641"), (judge.Spec.AgentRef!.Name, judge.Spec.Kind, judge.Spec.Payload.Branch));
        Assert.Null(judge.Spec.DependsOn);
        Assert.Equal((6, 0, 1, 0, 0), world.Counts);
    }

    [Fact]
    public void Without_revisions_the_further_reviewer_follows_the_first_refusal()
    {
        var world = World.Of(
            "batch",
            Given.Batch(641) with { ReviewerAgentRefs = Given.Refs("reader"), EscalationReviewerAgentRefs = Given.Refs("judge"), MaxReviewIterations = 0 },
            ("review-641-0", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code-641 escalate-641-0 review-641-0 verify-641", world.Steps);
        Assert.Equal(StepState.Succeeded, world.Entry("escalate-641-0").State);
    }

    [Fact]
    public void Further_reviewers_without_first_ones_are_told_and_not_asked()
    {
        var world = World.Of("batch", Given.Batch(641) with { EscalationReviewerAgentRefs = Given.Refs("judge") });

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-641 verify-641", world.Steps);
        var told = world.Condition(ConditionTypes.EscalationTriggered)!;
        Assert.Equal((Conditions.False, Reasons.NoBaseReviewers), (told.Status, told.Reason));
    }

    [Fact]
    public void A_coder_that_could_not_do_it_is_followed_by_the_escalation_coder_on_a_branch_of_its_own()
    {
        var world = World.Of(
            "fix",
            Given.Batch(944, 911) with { ReviewerAgentRefs = Given.Refs("reader"), EscalationCoderAgentRef = Given.Ref("senior"), AllowOverwrite = true },
            ("code-944", RunEnd.GaveUp));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-911 code-944 code-944-esc review-911-0 review-944-0 review-944-esc-0 verify-911 verify-944 verify-944-esc", world.Steps);
        Assert.Equal((6, 0, 0, 0, 0), world.Counts);
        var told = world.Condition(ConditionTypes.CoderEscalationTriggered)!;
        Assert.Equal((Conditions.True, Reasons.BaseCoderCapabilityFailure), (told.Status, told.Reason));
        var code = world.Task("code-944-esc");
        Assert.Equal(("senior", "foreman/fix/issue-944-esc", true), (code.Spec.AgentRef!.Name, code.Spec.Payload.Branch, code.Spec.Payload.AllowOverwrite ?? false));
        Assert.Contains("The parser is too tangled for me.", code.Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Contains("Fix small bugs.", code.Spec.Payload.PromptPrefix, StringComparison.Ordinal);
        Assert.Null(code.Spec.Payload.ReviseFromBranch);
        Assert.Equal(["fix-code-944-esc"], world.Task("verify-944-esc").Spec.DependsOn!);
        Assert.Equal(["fix-verify-944-esc"], world.Task("review-944-esc-0").Spec.DependsOn!);
        Assert.Equal("foreman/fix/issue-944-esc", world.Task("review-944-esc-0").Spec.Payload.Branch);
        Assert.True(world.Entry("code-944").Superseded);
        Assert.True(world.Entry("verify-944").Superseded);
    }

    [Fact]
    public void A_change_that_the_gate_of_its_coder_refused_is_escalated_too()
    {
        var gate = RunEnd.OutOfTurns with { Outcome = null, Extra = Given.Json("""{"modelExtra":{"outcome":"CODER-GATE-FAILED"}}"""), Reason = FailureReason.GateFailed };
        var world = World.Of("fix", Given.Batch(944) with { EscalationCoderAgentRef = Given.Ref("senior") }, ("code-944", gate));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(Reasons.BaseCoderCapabilityFailure, world.Condition(ConditionTypes.CoderEscalationTriggered)!.Reason);
    }

    [Fact]
    public void A_coder_without_turns_is_escalated_only_where_the_Workload_asks_for_it()
    {
        var spec = Given.Batch(921) with { EscalationCoderAgentRef = Given.Ref("senior") };
        var without = World.Of("fix", spec, ("code-921", RunEnd.OutOfTurns));
        var with = World.Of("fix", spec with { EscalateOnFailure = true }, ("code-921", RunEnd.OutOfTurns));

        without.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);
        with.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-921 verify-921", without.Steps);
        Assert.Equal("code-921 code-921-esc verify-921 verify-921-esc", with.Steps);
        Assert.Equal(Reasons.BaseCoderFailureEscalation, with.Condition(ConditionTypes.CoderEscalationTriggered)!.Reason);
    }

    [Fact]
    public void The_escalation_is_one_level_deep()
    {
        var world = World.Of(
            "fix", Given.Batch(944) with { EscalationCoderAgentRef = Given.Ref("senior") }, ("code-944", RunEnd.GaveUp), ("code-944-esc", RunEnd.GaveUp));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("code-944 code-944-esc verify-944 verify-944-esc", world.Steps);
        Assert.Equal((0, 0, 1, 1, 0), world.Counts);
    }

    [Fact]
    public void A_pipeline_is_never_escalated()
    {
        var world = World.Of(
            "steps",
            Given.Pipeline(Given.Step("code-1") with { Kind = TaskKind.IssueFix }) with { EscalationCoderAgentRef = Given.Ref("senior"), Issues = [1], CoderAgentRef = Given.Ref("coder") },
            ("code-1", RunEnd.GaveUp));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code-1", world.Steps);
    }

    [Fact]
    public void Without_a_verifier_reviews_follow_the_coder_in_every_round()
    {
        var world = World.Of(
            "gateless", Given.Batch(7) with { VerifierAgentRef = null, ReviewerAgentRefs = Given.Refs("reader") }, ("review-7-0", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-7 code-7-r1 review-7-0 review-7-0-r1", world.Steps);
        Assert.Equal(["gateless-code-7"], world.Task("review-7-0").Spec.DependsOn!);
        Assert.Equal(["gateless-code-7-r1"], world.Task("review-7-0-r1").Spec.DependsOn!);
        Assert.Equal((2, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void A_cap_of_tasks_cuts_the_batch_and_says_which_issues_by_number()
    {
        var world = World.Of("capped", Given.Batch(1, 2, 3, 4) with { MaxTasks = 5 });

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-2 code-3 verify-1 verify-2", world.Steps);
        var told = world.Condition(ConditionTypes.Truncated)!;
        Assert.Equal((Conditions.True, Reasons.MaxTasksCap), (told.Status, told.Reason));
        Assert.Equal("spec.maxTasks 5: 5 of 8 tasks are made. Whole: issues 1, 2. In part: issue 3, without verify-3. Not begun: issues 4.", told.Message);
    }

    [Fact]
    public void A_cap_of_tasks_leaves_no_room_for_a_revision()
    {
        var world = World.Of("capped", Given.Batch(1) with { MaxTasks = 3, ReviewerAgentRefs = Given.Refs("reader") }, ("review-1-0", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code-1 review-1-0 verify-1", world.Steps);
        Assert.Equal(Reasons.MaxTasksIterationCap, world.Condition(ConditionTypes.Truncated)!.Reason);
        Assert.Null(world.Condition(ConditionTypes.ReviewIterationTriggered));
        Assert.Null(world.Entry("code-1").Superseded);
    }

    [Fact]
    public void A_cap_of_tasks_leaves_no_room_for_an_escalation()
    {
        var coder = World.Of("capped", Given.Batch(1) with { MaxTasks = 2, EscalationCoderAgentRef = Given.Ref("senior") }, ("code-1", RunEnd.GaveUp));
        var reviewer = World.Of(
            "capped",
            Given.Batch(1) with { MaxTasks = 3, ReviewerAgentRefs = Given.Refs("reader"), EscalationReviewerAgentRefs = Given.Refs("judge"), MaxReviewIterations = 0 },
            ("review-1-0", RunEnd.Refusal));

        coder.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);
        reviewer.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal(Reasons.MaxTasksCoderEscalationCap, coder.Condition(ConditionTypes.Truncated)!.Reason);
        Assert.Equal(Reasons.MaxTasksEscalationCap, reviewer.Condition(ConditionTypes.Truncated)!.Reason);
    }

    [Fact]
    public void Issues_that_were_all_done_before_complete_the_Workload_and_are_named()
    {
        var world = World.Of(
            "stale",
            Given.Batch(365, 152) with { ReviewerAgentRefs = Given.Refs("reader"), EscalationCoderAgentRef = Given.Ref("senior"), EscalateOnFailure = true },
            ("code-152", RunEnd.Resolved), ("code-365", RunEnd.Resolved with { Extra = null }));

        world.Ends(WorkloadPhase.Completed, Reasons.AllAlreadyResolved);

        Assert.Equal("code-152 code-365 review-152-0 review-365-0 verify-152 verify-365", world.Steps);
        Assert.Equal((0, 2, 0, 0, 0), world.Counts);
        var told = world.Condition(ConditionTypes.CoderAlreadyResolved)!;
        Assert.Equal((Conditions.True, Reasons.AlreadyResolved), (told.Status, told.Reason));
        Assert.Equal("Done before: #152 by commit 1a2b3c, #365.", told.Message);
        Assert.Equal(
            ["Issue #152 was done before by commit 1a2b3c. It can be closed.", "Issue #365 was done before. It can be closed."],
            world.Events.Where(e => e.Reason == Reasons.AlreadyResolved).Select(e => e.Message).Order(StringComparer.Ordinal));
        Assert.All(["verify-152", "review-152-0"], s => Assert.Equal(StepState.Skipped, world.Entry(s).State));
    }

    [Fact]
    public void One_issue_done_before_and_one_done_now_complete_the_Workload()
    {
        var world = World.Of("mixed", Given.Batch(152, 365) with { ReviewerAgentRefs = Given.Refs("reader") }, ("code-152", RunEnd.Resolved));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((3, 1, 0, 0, 0), world.Counts);
        Assert.Equal("Done before: #152 by commit 1a2b3c.", world.Condition(ConditionTypes.CoderAlreadyResolved)!.Message);
    }

    [Fact]
    public void Nothing_done_before_is_told_as_well()
    {
        var world = World.Of("fresh", Given.Batch(1)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((Conditions.False, Reasons.NoAlreadyResolved), (world.Condition(ConditionTypes.CoderAlreadyResolved)!.Status, world.Condition(ConditionTypes.CoderAlreadyResolved)!.Reason));
    }

    [Fact]
    public void Facts_that_nobody_here_can_know_are_not_escalated()
    {
        var world = World.Of(
            "facts",
            Given.Batch(1) with { EscalationCoderAgentRef = Given.Ref("senior"), EscalateOnFailure = true },
            ("code-1", RunEnd.GaveUp with { Outcome = "NEEDS-VERIFICATION" }));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("code-1 verify-1", world.Steps);
    }

    [Theory]
    [InlineData(true, "cloud (provider cloud-proxy; the Workload has spec.allowCloudReviewers false)")]
    [InlineData(false, "cloud (provider cloud-proxy; the operator runs with --allow-cloud-providers=false)")]
    public void Reviewers_of_cloud_providers_are_left_out_where_they_may_not_work(bool operatorAllows, string reason)
    {
        var spec = Given.Batch(531) with { ReviewerAgentRefs = Given.Refs("cloud", "reader"), AllowCloudReviewers = !operatorAllows };
        var world = new World(Given.Workload("sovereign", spec), RunEnd.Usual) { AllowCloudProviders = operatorAllows };

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-531 review-531-1 verify-531", world.Steps);
        var told = world.Condition(ConditionTypes.CloudReviewersSuppressed)!;
        Assert.Equal((Conditions.True, Reasons.SovereigntyGate), (told.Status, told.Reason));
        Assert.Contains(reason, told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reviewers_of_cloud_providers_work_where_nobody_forbids_it()
    {
        var world = World.Of("open", Given.Batch(531) with { ReviewerAgentRefs = Given.Refs("cloud") }).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("cloud", world.Task("review-531-0").Spec.AgentRef!.Name);
        Assert.Null(world.Condition(ConditionTypes.CloudReviewersSuppressed));
    }

    [Fact]
    public void A_refused_change_is_revised_on_its_branch_with_the_findings_and_then_passes()
    {
        var world = World.Of(
            "revised", Given.Batch(64) with { ReviewerAgentRefs = Given.Refs("reader", "critic"), RevisionCoderAgentRef = Given.Ref("reviser") }, ("review-64-1", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-64 code-64-r1 review-64-0 review-64-0-r1 review-64-1 review-64-1-r1 verify-64 verify-64-r1", world.Steps);
        Assert.Equal((4, 0, 0, 0, 0), world.Counts);
        Assert.Equal(1, world.Status.ReviewIterations);
        var payload = world.Task("code-64-r1").Spec.Payload;
        Assert.Equal(
            ("foreman/revised/issue-64", "foreman/revised/issue-64", BranchStrategy.Rebase, true),
            (payload.Branch, payload.ReviseFromBranch, payload.BranchStrategy ?? default, payload.AllowOverwrite ?? false));
        Assert.Contains("shop/cart.py:12: An empty cart is not handled.", payload.Prompt, StringComparison.Ordinal);
        Assert.Contains("review-64-1", payload.Prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("review-64-0", payload.Prompt, StringComparison.Ordinal);
        Assert.Contains("Fix small bugs.", payload.PromptPrefix, StringComparison.Ordinal);
        Assert.Equal("reviser", world.Task("code-64-r1").Spec.AgentRef!.Name);
        Assert.Equal(["revised-verify-64-r1"], world.Task("review-64-0-r1").Spec.DependsOn!);
        Assert.True(world.Task("review-64-0-r1").Spec.Payload.OpenPullRequest);
        var told = world.Condition(ConditionTypes.ReviewIterationTriggered)!;
        Assert.Equal((Conditions.True, Reasons.ReviewerNoGo), (told.Status, told.Reason));
        Assert.DoesNotContain(world.Events, e => e.Reason == Reasons.RevisionUnderIssueFixProfile);
    }

    [Fact]
    public void A_revision_by_the_first_coder_is_warned_of()
    {
        var world = World.Of("revised", Given.Batch(64) with { ReviewerAgentRefs = Given.Refs("reader") }, ("review-64-0", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("coder", world.Task("code-64-r1").Spec.AgentRef!.Name);
        Assert.True(Assert.Single(world.Events, e => e.Reason == Reasons.RevisionUnderIssueFixProfile).Warning);
    }

    [Fact]
    public void Revisions_end_after_as_many_rounds_as_are_allowed()
    {
        var world = World.Of(
            "stubborn",
            Given.Batch(64) with { ReviewerAgentRefs = Given.Refs("reader"), MaxReviewIterations = 2 },
            ("review-64-0", RunEnd.Refusal), ("review-64-0-r1", RunEnd.Refusal), ("review-64-0-r2", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code-64 code-64-r1 code-64-r2 review-64-0 review-64-0-r1 review-64-0-r2 verify-64 verify-64-r1 verify-64-r2", world.Steps);
        Assert.Equal((2, 0, 1, 0, 0), world.Counts);
        Assert.Equal(2, world.Status.ReviewIterations);
    }

    [Fact]
    public void No_pull_request_is_opened_where_the_Workload_says_so()
    {
        var reviewed = World.Of("quiet", Given.Batch(64) with { ReviewerAgentRefs = Given.Refs("reader"), OpenPullRequest = false }, ("review-64-0", RunEnd.Refusal));
        var plain = World.Of("quiet", Given.Batch(64) with { OpenPullRequest = false });

        reviewed.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        plain.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.DoesNotContain(reviewed.Tasks.Concat(plain.Tasks), t => t.Spec.Payload.OpenPullRequest == true);
    }

    [Fact]
    public void Branches_are_overwritten_where_the_Workload_allows_it_and_in_revisions()
    {
        var world = World.Of("again", Given.Batch(1, 2) with { AllowOverwrite = true, ReviewerAgentRefs = Given.Refs("reader") }, ("review-1-0", RunEnd.Refusal));
        var without = World.Of("again", Given.Batch(1) with { ReviewerAgentRefs = Given.Refs("reader") }, ("review-1-0", RunEnd.Refusal));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        without.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(["code-1", "code-1-r1", "code-2"], world.Tasks.Where(t => t.Spec.Payload.AllowOverwrite == true).Select(World.StepOf));
        Assert.Equal(["code-1-r1"], without.Tasks.Where(t => t.Spec.Payload.AllowOverwrite == true).Select(World.StepOf));
    }

    [Fact]
    public void Settings_of_the_Workload_reach_every_task_and_a_step_has_its_own_gate()
    {
        var spec = Given.Pipeline(Given.Step("a"), Given.Step("b") with { GateProfile = new() { Language = GateLanguage.Rust }, ScanGate = new() { Images = ["controller"] } }) with
        {
            GateProfile = new() { Language = GateLanguage.Python },
            ScanGate = new(),
            McpEnabled = false,
            VerdictPolicy = new() { SelfGO = [VerdictItem.Docs] },
        };

        var world = World.Of("settings", spec).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(new ScanGate(), world.Task("a").Spec.ScanGate);
        Assert.Equal("controller", Assert.Single(world.Task("b").Spec.ScanGate!.Images!));
        Assert.Equal((GateLanguage.Python, GateLanguage.Rust), (world.Task("a").Spec.GateProfile!.Language ?? default, world.Task("b").Spec.GateProfile!.Language ?? default));
        Assert.All(world.Tasks, t => Assert.Equal((false, VerdictItem.Docs), (t.Spec.McpEnabled ?? true, Assert.Single(t.Spec.VerdictPolicy!.SelfGO!))));
    }

    [Fact]
    public void What_a_coder_lets_pass_and_remarks_on_reaches_its_reviewers()
    {
        var advised = RunEnd.Go with { Extra = Given.Json("""{"gateAdvisories":[{"check":"bite","detail":"The new test passes without the change."}]}""") };
        var world = World.Of("advised", Given.Batch(64) with { ReviewerAgentRefs = Given.Refs("reader", "critic") }, ("code-64", advised));

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.All(["review-64-0", "review-64-1"], s =>
        {
            var advisory = Assert.Single(world.Task(s).Spec.Payload.GateAdvisories!);
            Assert.Equal(("bite", "The new test passes without the change."), (advisory.Check, advisory.Detail));
        });
        Assert.Null(world.Task("verify-64").Spec.Payload.GateAdvisories);
    }

    [Fact]
    public void Slices_that_do_not_agree_are_incomplete()
    {
        var spec = Given.Pipeline(
            Given.Step("slice-a"),
            Given.Step("slice-b"),
            Given.Step("integrate", "slice-a", "slice-b") with { Kind = TaskKind.Integrate },
            Given.Step("reconcile", "integrate") with { Kind = TaskKind.Reconcile });

        var world = World.Of("sliced", spec, ("reconcile", RunEnd.GateFail)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal((3, 0, 1, 0, 0), world.Counts);
    }

    [Fact]
    public void An_intent_alone_and_issues_without_a_coder_fail_at_once()
    {
        var intent = World.Of("intent", new() { Intent = "Make it better." });
        var issues = World.Of("issues", Given.Batch(1) with { CoderAgentRef = null });

        intent.Ends(WorkloadPhase.Failed, Reasons.NoPlannerOrPipeline);
        issues.Ends(WorkloadPhase.Failed, Reasons.NoPlannerOrPipeline);

        Assert.Empty(intent.Tasks);
        Assert.Equal(Conditions.False, issues.Condition(ConditionTypes.Planned)!.Status);
        Assert.Contains("spec.coderAgentRef", issues.Condition(ConditionTypes.Planned)!.Message, StringComparison.Ordinal);
    }
}
