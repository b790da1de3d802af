using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

/// <summary>Names and beginnings of branches; the stage itself runs in the scenarios of repositories.</summary>
public sealed class CheckoutStageTests
{
    private static readonly Mirror Mirror = new(
        RepositoryAddress.Parse("o/r", AddressRules.Default), "/nowhere", "main",
        new Dictionary<string, string> { ["main"] = new('a', 40), ["dev"] = new('b', 40), ["earlier"] = new('c', 40) });

    [Fact]
    public void A_branch_is_named_after_what_asks_for_it()
    {
        Assert.Equal("foreman/t", Plan(new TaskPayload()).Branch);
        Assert.Equal("foreman/issue-42", Plan(new TaskPayload { Issue = 42 }).Branch);
        Assert.Equal("foreman/w/issue-42", Plan(new TaskPayload { Issue = 42 }, "w").Branch);
        Assert.Equal("bot/issue-42", Plan(new TaskPayload { Issue = 42, BranchPrefix = "bot" }).Branch);
        Assert.Equal("mine", Plan(new TaskPayload { Issue = 42, Branch = "mine" }, "w").Branch);
    }

    [Fact]
    public void It_begins_at_its_base_with_earlier_work_only_when_that_is_asked_for()
    {
        Assert.Equal(("main", (string?)null), (Plan(new TaskPayload()).Base, Plan(new TaskPayload()).RestoreSha));
        Assert.Equal(new string('b', 40), Plan(new TaskPayload { BaseBranch = "dev" }).BaseSha);
        Assert.Equal(new string('c', 40), Plan(new TaskPayload { ReviseFromBranch = "earlier", BranchStrategy = BranchStrategy.Rebase }).RestoreSha);
        Assert.Null(Plan(new TaskPayload { ReviseFromBranch = "earlier" }).RestoreSha);
    }

    [Fact]
    public void A_branch_that_is_looked_at_is_taken_as_it_is()
    {
        var plan = CheckoutStage.Looking(Record(new TaskPayload { Branch = "earlier", BaseBranch = "dev" }, null), Mirror, Mirror);

        Assert.Equal((new string('c', 40), "dev"), (plan.AtSha, plan.Base));
        Assert.Throws<GitException>(() => CheckoutStage.Looking(Record(new TaskPayload(), null), Mirror, Mirror));
    }

    [Fact]
    public void A_run_that_goes_on_begins_at_the_commit_of_the_earlier_attempt()
    {
        var began = new string('d', 40);
        var work = Plan(new TaskPayload());
        var look = CheckoutStage.Looking(Record(new TaskPayload { Branch = "earlier", BaseBranch = "dev" }, null), Mirror, Mirror);

        Assert.Equal(work with { BaseSha = began }, CheckoutStage.From(work, began));
        Assert.Equal(look with { AtSha = began }, CheckoutStage.From(look, began));
        Assert.Null(CheckoutStage.From(work, work.BaseSha));
        Assert.Null(CheckoutStage.From(look, look.AtSha!));
        Assert.Null(CheckoutStage.From(work with { RestoreSha = new string('c', 40) }, began));
    }

    [Fact]
    public void The_base_and_the_default_branch_are_never_worked_on()
    {
        Assert.Throws<GitException>(() => Plan(new TaskPayload { Branch = "main" }));
        Assert.Throws<GitException>(() => Plan(new TaskPayload { Branch = "dev", BaseBranch = "dev" }));
    }

    [Fact]
    public void In_a_fork_the_base_is_the_upstreams_and_the_branch_the_forks()
    {
        var fork = Mirror with { Address = RepositoryAddress.Parse("me/r", AddressRules.Default), Branches = new Dictionary<string, string> { ["main"] = new('d', 40), ["foreman/t"] = new('e', 40) } };

        var plan = CheckoutStage.Working(Record(new TaskPayload(), null), Mirror, fork);
        var looking = CheckoutStage.Looking(Record(new TaskPayload { Branch = "foreman/t" }, null), Mirror, fork);

        Assert.Equal((new string('a', 40), new string('e', 40)), (plan.BaseSha, plan.ExpectedTip));
        Assert.Equal((new string('a', 40), new string('e', 40)), (looking.BaseSha, looking.AtSha));
    }

    private static BranchPlan Plan(TaskPayload payload, string? workload = null) => CheckoutStage.Working(Record(payload, workload), Mirror, Mirror);

    private static RunRecord Record(TaskPayload payload, string? workload) => new(
        new Attempt(
            new AgenticTask
            {
                Metadata = new V1ObjectMeta { Name = "t", NamespaceProperty = "n", Labels = workload is null ? null : new Dictionary<string, string> { [Labels.Workload] = workload } },
                Spec = new AgenticTaskSpec { Kind = TaskKind.IssueFix, Payload = payload },
            },
            Tasks.Me),
        0);
}
