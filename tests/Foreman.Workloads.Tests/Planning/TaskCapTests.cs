using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Workloads.Tests.Planning;

public sealed class TaskCapTests
{
    [Theory]
    [InlineData(null, null, "")]
    [InlineData(0, null, "")]
    [InlineData(3, null, "spec.maxTasks 3")]
    [InlineData(null, 2, "spec.budget.tasks 2")]
    [InlineData(3, 2, "spec.budget.tasks 2")]
    [InlineData(2, 3, "spec.maxTasks 2")]
    [InlineData(0, 3, "spec.budget.tasks 3")]
    public void The_smaller_of_two_caps_counts(int? max, int? budget, string told)
    {
        var (_, truncated) = TaskCap.Of(Given.Batch(1) with { MaxTasks = max, Budget = budget is null ? null : new() { Tasks = budget } }).Clip(Steps("a", "b", "c", "d"));

        Assert.StartsWith(told, truncated?.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(told.Length == 0, truncated is null);
    }

    [Fact]
    public void What_follows_a_step_that_is_cut_off_goes_with_it()
    {
        var (kept, truncated) = new TaskCap(3, "spec.maxTasks").Clip(Steps("a:z", "b", "c:a", "z", "y"));

        Assert.Equal(["b"], kept.Select(s => s.Name));
        Assert.Equal((Reasons.MaxTasksCap, "spec.maxTasks 3: 1 of 5 tasks are made. Left out: a, c, z, y."), truncated!.Value);
    }

    [Fact]
    public void Steps_within_the_cap_are_kept_as_they_are()
    {
        var steps = Steps("a", "b:a");

        Assert.Equal((steps, null), new TaskCap(2, "spec.maxTasks").Clip(steps));
    }

    [Fact]
    public void Many_names_are_shortened()
    {
        var (_, truncated) = new TaskCap(1, "spec.maxTasks").Clip(Steps([.. Enumerable.Range(0, 50).Select(i => $"s{i}")]));

        Assert.EndsWith(", s20, ….", truncated!.Value.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_room_is_named() => Assert.Equal(
        "spec.maxTasks 4: with 3 tasks there is no room for a revision (c, d); raise it to have them.", new TaskCap(4, "spec.maxTasks").NoRoom(3, Steps("c", "d"), "a revision"));

    private static ImmutableArray<Step> Steps(params string[] steps) =>
    [
        .. steps.Select(s => s.Split(':')).Select(s => new Step(s[0], TaskKind.Freeform, "writer", new()) { DependsOn = s.Length > 1 ? [s[1]] : [] }),
    ];
}
