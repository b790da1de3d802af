using Foreman.Api;

namespace Foreman.Scheduling.Tests.Ranking;

public class PromisedSlotsTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public void A_run_that_was_claimed_before_the_host_told_is_among_what_it_told(int? toldAt, int promised)
    {
        var slots = new PromisedSlots(toldAt is { } seconds ? Given.Now.AddSeconds(seconds) : null);

        slots.Add(Using(Given.Task("t").Assigned("a").Claimed()));

        Assert.Equal(promised, slots.Of("qwen"));
    }

    [Fact]
    public void An_assignment_that_nobody_has_claimed_is_not()
    {
        var slots = new PromisedSlots(Given.Now.AddHours(1));

        slots.Add(Using(Given.Task("t1").Assigned("a")));
        slots.Add(Using(Given.Task("t2").Assigned("a")));

        Assert.Equal((2, 0), (slots.Of("qwen"), slots.Of("llama")));
    }

    [Fact]
    public void A_task_without_a_model_and_one_that_was_taken_back_hold_none()
    {
        var slots = new PromisedSlots(null);

        slots.Add(Given.Task("t1").Assigned("a"));
        slots.Add(Using(Given.Task("t2")));

        Assert.Equal(0, slots.Of("qwen"));
    }

    private static AgenticTask Using(AgenticTask task) => task with { Status = task.Status with { Model = new() { Name = "qwen" } } };
}
