namespace Foreman.Workloads.Tests.FollowUps;

public sealed class PullRequestObservationTests
{
    private static PullRequestObservation One => FollowScene.Refused("code-1") with { FailedChecks = [new("unit", "red")], PendingChecks = ["lint"] };

    [Fact]
    public void Two_answers_that_say_the_same_are_the_same_and_any_difference_counts()
    {
        Assert.True(One.SaysSameAs(One));
        Assert.False(One.SaysSameAs(null));
        Assert.All(
            [
                One with { Step = "code-1-f1" },
                One with { Problem = "x" },
                One with { State = PullRequestState.Merged },
                One with { IsDraft = true },
                One with { StaysDraft = "x" },
                One with { HeadSHA = "x" },
                One with { IsSettled = false },
                One with { ChecksAreCut = true },
                One with { FailedChecks = [new("unit", "green")] },
                One with { FailedChecks = [One.FailedChecks[0] with { Places = [new("a.py", 1, "failure", "x")] }] },
                One with { PendingChecks = [] },
                One with { ChangeRequests = [] },
                One with { ChangeRequests = [One.ChangeRequests[0] with { Lines = [] }] },
                One with { ChangeRequests = [One.ChangeRequests[0] with { Commit = "x" }] },
            ],
            other => Assert.False(One.SaysSameAs(other), other.ToString()));
    }
}
