using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Publishing;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

public sealed class PublishStageTests
{
    [Theory]
    [InlineData(GitFault.TooLarge)]
    [InlineData(GitFault.NotAllowed)]
    public void A_change_that_is_none_that_is_committed_is_refused(GitFault fault)
    {
        var made = PublishStage.Unpublished(Record(Verdict.Go), new Publication { Branch = "b" }, new GitException(fault, "the file a.bin has 51 MiB"));

        Assert.Equal(("b", "COMMIT-REJECTED"), (made!.Branch, made.Ending!.Outcome));
        Assert.Contains("a.bin", made.Ending.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_that_wants_another_token_keeps_what_the_run_has_made()
    {
        var begun = new Publication { Branch = "b", Diff = new DiffText("+a", false, []) };

        var made = PublishStage.Unpublished(Record(Verdict.Go), begun, new GitException(GitFault.AuthUnavailable, "the server wants a token"));

        Assert.Equal((begun.Diff, FailureReason.AuthUnavailable, TaskPhase.Failed, "the server wants a token"), (made!.Diff, made.Ending!.Reason, made.Ending.Phase, made.Ending.Summary));
    }

    [Fact]
    public void Other_failures_of_git_end_the_attempt_of_a_run_that_is_done() =>
        Assert.Null(PublishStage.Unpublished(Record(Verdict.Go), new Publication { Branch = "b" }, new GitException(GitFault.Unreachable, "gone")));

    [Theory]
    [InlineData(GitFault.TooLarge)]
    [InlineData(GitFault.Timeout)]
    public void A_run_that_is_not_done_keeps_its_own_end(GitFault fault)
    {
        var made = PublishStage.Unpublished(Record(Verdict.Incomplete), new Publication { Branch = "b" }, new GitException(fault, "no diff"));

        Assert.Equal(("b", null), (made!.Branch, made.Ending));
    }

    private static RunRecord Record(Verdict verdict) => new(new Attempt(new AgenticTask(), Tasks.Me), 0)
    {
        LoopResult = new AgentRunResult { Envelope = new ResultEnvelope { Verdict = verdict }, Phase = TaskPhase.Succeeded, Usage = new Usage() },
    };
}
