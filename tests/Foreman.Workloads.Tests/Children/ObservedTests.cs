using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Children;

public sealed class ObservedTests
{
    [Fact]
    public void Tasks_are_known_by_their_steps()
    {
        var unlabelled = Given.Child("w", "b") with { Metadata = new() { Name = "w-b" } };
        var foreign = Given.Child("w", "x") with { Metadata = new() { Name = "other" } };

        var observed = new Observed(new(Given.Workload("w", Given.Batch(1))) { Children = [foreign, unlabelled, Given.Child("w", "a")] });

        Assert.Equal(["a", "b", "other"], observed.Tasks.Keys.Order(StringComparer.Ordinal));
        Assert.True(observed.HasBegun);
    }

    [Fact]
    public void Of_two_tasks_of_a_step_the_first_by_name_counts_in_any_order()
    {
        var first = Given.Child("w", "a");
        AgenticTask[] tasks = [first, first with { Metadata = first.Metadata with { Name = "w-z" } }];

        Assert.Equal("w-a", new Observed(new(Given.Workload("w", Given.Batch(1))) { Children = tasks }).Tasks["a"].Name());
        Assert.Equal("w-a", new Observed(new(Given.Workload("w", Given.Batch(1))) { Children = [.. Enumerable.Reverse(tasks)] }).Tasks["a"].Name());
    }

    [Fact]
    public void Tasks_that_the_status_names_and_that_are_not_there_are_gone()
    {
        var workload = Given.Workload("w", Given.Batch(1)).With(
            new WorkloadStep { Name = "a", Task = "w-a", State = StepState.Succeeded },
            new WorkloadStep { Name = "b", Task = "w-b", State = StepState.Running },
            new WorkloadStep { Name = "c", State = StepState.Planned },
            new WorkloadStep { Name = "d", Task = "w-d", State = StepState.Running });

        var observed = new Observed(new(workload) { Children = [Given.Child("w", "d")] });

        Assert.Equal(["a", "b"], observed.Gone.Select(g => g.Name));
        Assert.Equal(
            (StepState.Succeeded, StepState.Failed, StepState.Planned, StepState.Pending),
            (observed.Result("a").State, observed.Result("b").State, observed.Result("c").State, observed.Result("d").State));
    }

    [Fact]
    public void A_Workload_without_tasks_has_not_begun() => Assert.False(new Observed(new(Given.Workload("w", Given.Batch(1)))).HasBegun);
}
