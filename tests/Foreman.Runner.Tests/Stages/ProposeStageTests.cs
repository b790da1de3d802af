using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

/// <summary>For which runs there is a pull request; the stage itself runs in the scenarios of pull requests.</summary>
public sealed class ProposeStageTests
{
    [Fact]
    public void A_pushed_branch_gets_one_when_that_is_asked_for()
    {
        var pushed = new Publication { Branch = "b", CommitSha = "sha", IsPushed = true };

        Assert.True(ProposeStage.IsDue(Record(TaskKind.IssueFix, true, pushed)));
        Assert.False(ProposeStage.IsDue(Record(TaskKind.IssueFix, false, pushed)));
        Assert.False(ProposeStage.IsDue(Record(TaskKind.IssueFix, null, pushed)));
        Assert.False(ProposeStage.IsDue(Record(TaskKind.IssueFix, true, pushed with { IsPushed = false })));
        Assert.False(ProposeStage.IsDue(Record(TaskKind.IssueFix, true, pushed) with { Repository = null }));
        Assert.True(ProposeStage.IsDue(Record(TaskKind.Integrate, true, pushed)));
        Assert.False(ProposeStage.IsDue(Record(TaskKind.Integrate, true, pushed with { IsPushed = false })));
    }

    [Fact]
    public void A_review_opens_one_for_what_it_finds_good()
    {
        var review = Record(TaskKind.Review, true, null);

        Assert.False(ProposeStage.IsDue(review));
        Assert.True(ProposeStage.IsDue(review with { LoopResult = Result(Verdict.Go) }));
        Assert.False(ProposeStage.IsDue(review with { LoopResult = Result(Verdict.NoGo) }));
    }

    private static AgentRunResult Result(Verdict verdict) => new() { Envelope = new ResultEnvelope { Verdict = verdict }, Phase = TaskPhase.Succeeded, Usage = new Usage() };

    private static RunRecord Record(TaskKind kind, bool? asked, Publication? publication) =>
        new(new Attempt(new AgenticTask { Spec = new AgenticTaskSpec { Kind = kind, Payload = new TaskPayload { Repo = "o/r", OpenPullRequest = asked } } }, Tasks.Me), 0)
        {
            // Nothing here looks into its files.
            Repository = new RunRepository(RepositoryAddress.Parse("o/r", AddressRules.Default), null!, ""),
            Publication = publication,
        };
}
