namespace Foreman.Workloads.Tests.Planning;

public sealed class StepTests
{
    [Theory]
    [InlineData("code-1", "w-code-1")]
    [InlineData("w-code-1", "w-code-1")]
    [InlineData("w", "w-w")]
    [InlineData("wide", "w-wide")]
    public void A_task_is_called_like_its_step_behind_the_Workload(string step, string task) => Assert.Equal(task, StepNames.Task("w", step));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("w-a", "a")]
    [InlineData("w-b", "w-b")]
    [InlineData("b", null)]
    [InlineData("w-x", null)]
    [InlineData("x-a", null)]
    public void A_step_is_found_by_its_name_or_by_its_tasks(string name, string? expected) =>
        Assert.Equal(expected, StepNames.Find("w", name, new HashSet<string> { "a", "w-b" }));
}
