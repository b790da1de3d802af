using Foreman.Api;

namespace Foreman.Workloads.Tests.Rollups;

public sealed class RollupTests
{
    [Fact]
    public void Steps_are_counted_by_how_they_stand()
    {
        var rollup = Rollup.Of(
        [
            View("a", "Succeeded"), View("b", "Succeeded"), View("c", "AlreadyResolved"), View("d", "Skipped"), View("e", "Incomplete"), View("f", "Failed"),
            View("g", "Planned"), View("h", "Pending"), View("i", "Running"), View("j", "NotTaken"), View("k", "Failed", superseded: true), View("l", "Running", superseded: true),
        ]);

        Assert.Equal((2, 1, 1, 1, 4, 8, false), (rollup.Succeeded, rollup.AlreadyResolved, rollup.Incomplete, rollup.Failed, rollup.InFlight, rollup.Total, rollup.HasEnded));
    }

    [Fact]
    public void Nothing_has_ended() => Assert.Equal((0, true), (Rollup.Of([]).Total, Rollup.Of([]).HasEnded));

    [Fact]
    public void A_failure_that_another_step_was_for_does_not_count()
    {
        var rollup = Rollup.Of([View("a", "Incomplete"), View("mend", "Succeeded", when: true, dependsOn: "a")]);

        Assert.Equal((1, 0, 0), (rollup.Succeeded, rollup.Incomplete, rollup.Failed));
    }

    [Fact]
    public void A_failure_whose_step_was_not_taken_counts()
    {
        var rollup = Rollup.Of([View("a", "Incomplete"), View("mend", "NotTaken", when: true, dependsOn: "a", task: false)]);

        Assert.Equal(1, rollup.Incomplete);
    }

    [Fact]
    public void What_fell_with_a_handled_failure_does_not_count_but_what_fell_with_another_one_does()
    {
        var rollup = Rollup.Of(
        [
            View("a", "Incomplete"), View("x", "Failed"), View("mend", "Succeeded", when: true, dependsOn: "a"),
            View("b", "Failed", dependsOn: "a", fell: true), View("c", "Failed", dependsOn: "b", fell: true), View("d", "Failed", dependsOn: "b,x", fell: true),
        ]);

        Assert.Equal((1, 0, 2), (rollup.Succeeded, rollup.Incomplete, rollup.Failed));
    }

    [Fact]
    public void Resolved_issues_come_in_their_order_with_what_resolved_them()
    {
        var rollup = Rollup.Of([Resolved("code-9", 9, "x"), Resolved("code-1", 1, null), Resolved("bare", null, "y")]);

        Assert.Equal([(1, null, "code-1"), (9, "x", "code-9")], rollup.Resolved.AsEnumerable());
        Assert.Equal(3, rollup.AlreadyResolved);
    }

    private static StepView Resolved(string name, int? issue, string? by) =>
        new(new(name, TaskKind.IssueFix, "coder", new()) { Issue = issue }, new(StepState.AlreadyResolved) { Task = name, ResolvedBy = by });

    private static StepView View(string name, string state, bool superseded = false, bool when = false, string dependsOn = "", bool task = true, bool fell = false) => new(
        new(name, TaskKind.Freeform, "writer", new())
        {
            IsSuperseded = superseded,
            When = when ? [Verdict.NoGo] : null,
            DependsOn = [.. dependsOn.Split(',', StringSplitOptions.RemoveEmptyEntries)],
        },
        new(new StepState(state)) { Task = task ? name : null, Reason = fell ? FailureReason.UpstreamFailed : null });
}
