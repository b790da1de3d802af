namespace Foreman.Scheduling.Tests.Simulation;

public class EndedTasksTests
{
    private static readonly QuotaSet Quotas = new([new() { Namespace = "a", TokensPerWindow = 1, WindowHours = 100 }, new() { Namespace = "b", MaxRunning = 1 }]);

    [Fact]
    public void What_is_in_no_window_any_more_is_let_go_of_but_for_the_last_ones()
    {
        var (tasks, later) = (new EndedTasks(Quotas, new()), Given.Now.AddYears(1));
        for (var i = 0; i < EndedTasks.Least + 2; i++)
        {
            tasks.Add($"t{i}", Given.Now.AddMinutes(i));
        }

        Assert.Null(tasks.Forget(Given.Now.AddHours(100).AddTicks(-1)));
        Assert.Equal("t0", tasks.Forget(Given.Now.AddHours(100)));
        Assert.Null(tasks.Forget(Given.Now.AddHours(100)));
        Assert.Equal("t1", tasks.Forget(later));
        Assert.Null(tasks.Forget(later));
        Assert.Equal((false, true), (tasks.Contains("t1"), tasks.Contains("t2")));
    }

    [Fact]
    public void Shares_look_back_over_eight_half_lives_where_no_window_is_longer()
    {
        Assert.Equal(TimeSpan.FromHours(48), new EndedTasks(new([new() { Namespace = "a", Weight = 2 }]), new()).Horizon);
        Assert.Equal(TimeSpan.FromHours(8), new EndedTasks(QuotaSet.None, new() { HalfLife = TimeSpan.FromHours(1) }).Horizon);
        Assert.Equal(TimeSpan.FromHours(100), new EndedTasks(Quotas, new()).Horizon);
        Assert.Equal((true, true, false), (new EndedTasks(Quotas, new()).Counts, new EndedTasks(QuotaSet.None, new(), hasQueues: true).Counts, new EndedTasks(QuotaSet.None, new()).Counts));
    }
}
