using Foreman.Api;
using Foreman.Workloads.Tests.Scenarios;
using static Foreman.Workloads.Tests.FollowUps.FollowScene;

namespace Foreman.Workloads.Tests.FollowUps;

/// <summary>Pull requests of pipelines: whose work they are, and what of it is done again.</summary>
public sealed class FollowedWorkTests
{
    private static readonly PipelineStep Fix = Opens(Given.Step("fix"));

    private static readonly PipelineStep Gate = Given.Step("gate", "fix") with
    {
        Kind = TaskKind.Verify,
        AgentRef = Given.Ref("gate"),
        Payload = new() { Repo = "acme/shop", Branch = "${steps.fix.branch}", BaseBranch = "at-${steps.fix.commitSHA}" },
    };

    [Fact]
    public void The_writer_and_the_checks_behind_it_are_done_again()
    {
        var world = Play(Given.Pipeline(Fix, Gate, Given.Step("notes", "gate")) with { FollowUp = new() }, s => s == "fix" ? Red(s) : Green(s))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("fix fix-f1 gate gate-f1 notes", world.Steps);
        var (fix, gate) = (world.Task("fix-f1"), world.Task("gate-f1"));
        Assert.Equal(("writer", "b", "b"), (fix.Spec.AgentRef!.Name, fix.Spec.Payload.Branch, fix.Spec.Payload.ReviseFromBranch));
        Assert.StartsWith("Do fix.\n\nThe pull request of this work is open", fix.Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal(("w-fix-f1", "b", "at-commit-of-fix-f1"), (Assert.Single(gate.Spec.DependsOn!), gate.Spec.Payload.Branch, gate.Spec.Payload.BaseBranch));
        Assert.Equal((true, true, null), (world.Entry("fix").Superseded, world.Entry("gate").Superseded, world.Entry("notes").Superseded));
        Assert.Equal((3, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void A_pull_request_that_a_review_opened_is_that_of_the_work_which_it_looked_at()
    {
        var review = Given.Step("look", "gate") with { Kind = TaskKind.Review, Payload = new() { Branch = "b", OpenPullRequest = true } };
        var world = Play(
            Given.Pipeline(Fix with { Payload = Fix.Payload with { OpenPullRequest = null } }, Gate, review) with { FollowUp = new() }, s => s == "fix" ? Refused(s) : Green(s))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("fix fix-f1 gate gate-f1 look", world.Steps);
    }

    [Fact]
    public void Of_two_writers_on_one_branch_the_last_one_goes_on()
    {
        var world = Play(Given.Pipeline(Fix, Opens(Given.Step("polish", "fix"))) with { FollowUp = new() }, s => s == "polish" ? Red(s) : Green(s))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("fix polish polish-f1", world.Steps);
    }

    [Fact]
    public void A_check_behind_two_works_is_done_again_for_the_one_whose_branch_it_looks_at()
    {
        var other = Opens(Given.Step("other"));
        other = other with { Payload = other.Payload with { Branch = "c" } };
        var spec = Given.Pipeline(Fix, other, Gate with { DependsOn = ["other", "fix"] }) with { FollowUp = new() };
        var world = new World(Given.Workload("w", spec), t => Opening(t) is { PullRequest: not null } end ? end with { PullRequest = $"{Url}{World.StepOf(t)[0]}" } : Opening(t));
        world.Forge = f => (f.Step is "fix" or "other" ? Red(f.Step) : Green(f.Step!)) with { Url = f.Url };

        Assert.Equal("fix fix-f1 gate gate-f1 other other-f1", world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
        Assert.Equal(["w-fix-f1", "w-other"], world.Task("gate-f1").Spec.DependsOn!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_revised_while_a_later_step_may_write_on_the_branch()
    {
        var world = new World(
            Given.Workload("w", Given.Pipeline(Fix, Opens(Given.Step("polish", "fix"))) with { FollowUp = new() }), t => World.StepOf(t) == "polish" ? null : Opening(t));
        world.Forge = f => Red(f.Step!) with { Url = f.Url };

        Assert.Equal("fix polish", world.Settle().Steps);
        Assert.Null(world.Status.FollowUps);
    }

    [Fact]
    public void A_check_that_was_not_taken_keeps_nothing_back()
    {
        var sorry = Given.Step("sorry", "fix") with { Kind = TaskKind.Review, When = [Verdict.NoGo] };

        Assert.Equal("fix", Play(Given.Pipeline(Fix, sorry) with { FollowUp = new() }, Green).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
    }

    [Fact]
    public void A_step_that_was_retried_is_revised_under_its_own_name()
    {
        var spec = Given.Pipeline(Fix) with { FollowUp = new(), RetryPolicy = new() { Limit = 1 } };
        var world = Play(spec, s => s == "fix-t1" ? Red(s) : Green(s), ("fix", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("fix fix-f1 fix-t1", world.Steps);
    }

    [Fact]
    public void A_long_name_is_cut_and_stays_one_of_its_own()
    {
        var names = new FollowUpNames(new() { Pipeline = [Fix] }, new HashSet<string>());
        var (one, other) = (new string('a', 62), new string('a', 61) + "b");

        Assert.Equal("fix-f3", names.Of(Step("fix"), FollowUpNames.Ending(3)));
        Assert.Equal(new string('a', 58) + "-fesc", names.Of(Step(new string('a', 58)), FollowUpNames.Escalation));
        Assert.InRange(names.Of(Step(one), FollowUpNames.Escalation).Length, 1, StepNames.MaxLength);
        Assert.EndsWith("-f1", names.Of(Step(one), FollowUpNames.Ending(1)), StringComparison.Ordinal);
        Assert.NotEqual(names.Of(Step(one), "-f1"), names.Of(Step(other), "-f1"));

        static Step Step(string name) => new(name, TaskKind.Freeform, "writer", new());
    }

    [Fact]
    public void What_no_model_wrote_is_revised_by_the_Agent_that_is_named_for_it_or_by_people()
    {
        var join = Given.Step("join") with { Kind = TaskKind.Integrate, Payload = new() { Repo = "acme/shop", Branch = "b", OpenPullRequest = true } };
        var alone = Join(Given.Pipeline(join) with { FollowUp = new() }).Settle();
        Assert.Equal(("join", "join=?"), (alone.Steps, alone.Asked()));
        Assert.Contains("No Agent is named that could revise it", alone.Status.Questions![0].Question, StringComparison.Ordinal);
        alone.Edit(s => s with { Decision = new() { Step = "join", Answer = "Try." } });
        Assert.Equal("join=?", alone.Settle().Asked());

        var named = Join(Given.Pipeline(join) with { FollowUp = new(), RevisionCoderAgentRef = Given.Ref("reviser") }).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("join join-f1", named.Steps);
        Assert.Equal((TaskKind.Freeform, "acme/shop", "b"), (named.Task("join-f1").Spec.Kind, named.Task("join-f1").Spec.Payload.Repo, named.Task("join-f1").Spec.Payload.ReviseFromBranch));

        World Join(WorkloadSpec spec) => Play(spec, s => s == "join" ? Red(s) : Green(s), ("join", RunEnd.Go with { Branch = "b", CommitSHA = Commit("join"), PullRequest = Url }));
    }

    private static PipelineStep Opens(PipelineStep step) => step with { Payload = step.Payload with { Repo = "acme/shop", Branch = "b", OpenPullRequest = true } };
}
