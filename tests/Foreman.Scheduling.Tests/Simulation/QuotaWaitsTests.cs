namespace Foreman.Scheduling.Tests.Simulation;

public class QuotaWaitsTests
{
    [Fact]
    public void Only_the_time_counts_for_which_a_task_waited_for_its_quota()
    {
        var waits = new QuotaWaits();
        waits.Observe(["a", "b"], At(10));
        waits.Observe(["a"], At(15));
        waits.Observe(["a", "b"], At(40));
        waits.Observe(["b"], At(50));

        Assert.Equal(At(40), waits.Take("a", At(70)));
        Assert.Equal(At(35), waits.Take("b", At(70)));
        Assert.Equal(TimeSpan.Zero, waits.Take("other", At(70)));
    }

    [Fact]
    public void A_task_that_was_taken_begins_anew()
    {
        var waits = new QuotaWaits();
        waits.Observe(["a"], At(0));
        waits.Take("a", At(10));
        waits.Observe([], At(20));

        Assert.Equal(TimeSpan.Zero, waits.Take("a", At(30)));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
