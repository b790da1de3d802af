using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class SlicePinsTests
{
    private static readonly string A = new('a', 40);
    private static readonly string B = new('b', 40);

    private static readonly Mirror Mirror = new(
        RepositoryAddress.Parse("o/r", AddressRules.Default), "/nowhere", "main", new Dictionary<string, string> { ["main"] = new('c', 40), ["one"] = A, ["two"] = B });

    [Fact]
    public void Each_branch_of_a_slice_is_pinned_to_its_commit()
    {
        var pins = SlicePins.Of(Record(TaskKind.Integrate, null, "two", "one", "two"), Mirror);

        Assert.Equal([$"one {A}", $"two {B}"], pins.Select(p => $"{p.Key} {p.Value}"));
    }

    [Fact]
    public void A_branch_that_is_not_there_is_named_with_its_slice()
    {
        var fault = Assert.Throws<GitException>(() => SlicePins.Of(Record(TaskKind.Integrate, null, "nowhere"), Mirror));

        Assert.Equal(GitFault.NotFound, fault.Fault);
        Assert.Contains("`nowhere`, on which slice nowhere is to be", fault.Message, StringComparison.Ordinal);
        Assert.Equal(GitFault.BadName, Assert.Throws<GitException>(() => SlicePins.Of(Record(TaskKind.Integrate, null, ""), Mirror)).Fault);
    }

    [Fact]
    public void Slices_are_compared_on_the_branch_that_holds_them_all_where_they_name_none()
    {
        Assert.Equal([$"one {A}"], SlicePins.Of(Record(TaskKind.Reconcile, "one", "", ""), Mirror).Select(p => $"{p.Key} {p.Value}"));
        Assert.Equal(A, CheckoutStage.Comparing(Record(TaskKind.Reconcile, "one", ""), Mirror, Mirror).AtSha);
        Assert.Equal(B, CheckoutStage.Comparing(Record(TaskKind.Reconcile, "one", "two"), Mirror, Mirror).AtSha);
    }

    [Fact]
    public void Branches_that_moved_or_went_are_found()
    {
        var pins = new Dictionary<string, string> { ["one"] = A, ["two"] = B, ["three"] = A };

        var moved = SlicePins.Moved(pins, new Dictionary<string, string> { ["one"] = A, ["two"] = A });

        Assert.Equal(
            ["the branch two was at bbbbbbbbbbbb when the slices were joined and is at aaaaaaaaaaaa now", "the branch three was removed while the slices were joined"],
            moved.Select(m => m.Text));
        Assert.Empty(SlicePins.Moved(pins, pins));
    }

    private static RunRecord Record(TaskKind kind, string? branch, params string[] branches)
    {
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        return new(
            new Attempt(task with { Spec = task.Spec with { Kind = kind, Payload = new TaskPayload { Branch = branch, Slices = [.. branches.Select(b => new TaskSlice { Name = b, Branch = b })] } } }, Tasks.Me),
            0);
    }
}
