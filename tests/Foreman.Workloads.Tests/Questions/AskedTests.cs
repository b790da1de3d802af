using Foreman.Api;

namespace Foreman.Workloads.Tests.Questions;

public sealed class AskedTests
{
    private static readonly RunEnd Asks = RunEnd.GaveUp with { Extra = Given.Json("""{"modelExtra":{"question":" Which of both tables? \n"}}""") };

    [Fact]
    public void A_writer_asks_with_its_own_end()
    {
        Assert.Equal("Which of both tables?", By(Asks));
        Assert.Equal("Which one?", By(RunEnd.GaveUp with { Extra = Given.Json("""{"question":"Which one?"}""") }));
        Assert.Equal("Which of both tables?", By(Asks with { Verdict = Verdict.Incomplete, Phase = TaskPhase.Failed, Reason = FailureReason.ModelReportedError }));
        Assert.Equal("Which of both tables?", By(Asks with { Outcome = StepResult.NeedsVerification }));
    }

    [Fact]
    public void Other_ends_ask_nothing()
    {
        Assert.Null(By(RunEnd.GaveUp));
        Assert.Null(By(RunEnd.GaveUp with { Outcome = StepResult.NeedsVerification, Extra = Given.Json("""{"unverified":[{"fact":"a name"}]}""") }));
        Assert.Null(By(Asks with { Extra = Given.Json("""{"modelExtra":{"question":" "}}""") }));
        Assert.Null(By(Asks with { Extra = Given.Json("""{"modelExtra":{"question":["a"]}}""") }));
        Assert.Null(By(Asks with { Verdict = Verdict.Go }));
        Assert.Null(By(Asks with { Verdict = Verdict.Incomplete, Outcome = "CODER-GATE-FAILED" }));
        Assert.Null(By(Asks with { Verdict = Verdict.Incomplete, Reason = FailureReason.MaxTurnsExhausted }));
        Assert.Null(By(RunEnd.Resolved with { Extra = Given.Json("""{"resolvedBy":"commit 1a2b3c","modelExtra":{"question":"Which?"}}""") }));
        Assert.Null(Asked.By(Given.Child("w", "review", TaskKind.Review).Ended(Asks)));
        Assert.Null(Asked.By(Given.Child("w", "code", TaskKind.IssueFix).Running()));
    }

    [Fact]
    public void A_long_question_is_cut() => Assert.Equal(
        Asked.MaxText + 1,
        By(RunEnd.GaveUp with { Extra = new() { ["question"] = new string('x', 20_000) } })!.Length);

    [Fact]
    public void Of_a_task_that_is_gone_the_recorded_question_counts()
    {
        var recorded = new WorkloadStep { Name = "code", Kind = TaskKind.IssueFix, State = StepState.Incomplete };
        WorkloadQuestion[] questions = [new() { Step = "code", Question = "Which?" }];

        Assert.Equal("Which?", Asked.By(recorded, questions));
        Assert.Null(Asked.By(recorded with { State = StepState.Succeeded }, questions));
        Assert.Null(Asked.By(recorded with { Kind = TaskKind.Review }, questions));
        Assert.Null(Asked.By(recorded with { Name = "other" }, questions));
        Assert.Null(Asked.By(recorded, null));
    }

    private static string? By(RunEnd end) => Asked.By(Given.Child("w", "code", TaskKind.IssueFix).Ended(end));
}
