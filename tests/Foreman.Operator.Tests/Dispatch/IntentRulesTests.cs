using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Dispatch;

public class IntentRulesTests
{
    private static readonly BatchRequest Fast = new() { Intent = "make it fast" };
    private static readonly DispatchRequest Sound = new() { Repo = "o/r", Batch = Fast };

    [Fact]
    public void A_repository_a_clone_or_none_is_sound()
    {
        Assert.Empty(DispatchRules.Faults(Sound));
        Assert.Empty(DispatchRules.Faults(Sound with { Repo = "file://box/c", Folder = "/c" }));
        Assert.Empty(DispatchRules.Faults(Sound with { Repo = null, Gate = new() { Language = GateLanguage.Go }, Batch = Fast with { Suspend = true, PlannerModel = "m", MaxTasks = 4 } }));
    }

    [Fact]
    public void Flags_of_tasks_and_of_issues_are_named_at_once()
    {
        var faults = DispatchRules.Faults(Sound with
        {
            Issues = [7],
            Prompt = "p",
            Kind = TaskKind.IssueFix,
            Model = "m",
            Overwrite = true,
            OpenPullRequest = true,
            Batch = Fast with { Coder = "c", NoVerifier = true, Reviewers = ["r"], MaxReviews = 0 },
        }).ToArray();

        Assert.Equal(2, faults.Length);
        Assert.StartsWith("ISSUE, --prompt, --model: for tasks of their own", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("--overwrite, --open-pull-request, --coder, --no-verifier, --reviewer, --max-reviews: for a Workload of --issues", faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_cap_leaves_room_for_the_planning() =>
        Assert.Equal(
            "--max-tasks: 3 leaves no room for a step, since a planner is asked 3 times at most; give 4 or more",
            Assert.Single(DispatchRules.Faults(Sound with { Batch = Fast with { MaxTasks = 3 } })));

    [Fact]
    public void A_text_has_something_in_it_and_no_more_than_a_planner_is_shown()
    {
        Assert.StartsWith("--intent is empty", Assert.Single(IntentRules.OfText(" \n")), StringComparison.Ordinal);
        Assert.StartsWith("--intent: it has more than 16384 characters", Assert.Single(IntentRules.OfText(new string('x', IntentPlanners.MaxIntent + 1))), StringComparison.Ordinal);
        Assert.Empty(IntentRules.OfText(new string('x', IntentPlanners.MaxIntent)));
        Assert.Empty(IntentRules.OfText(null));
    }
}
