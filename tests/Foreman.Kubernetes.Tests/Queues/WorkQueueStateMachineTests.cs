namespace Foreman.Kubernetes.Tests;

public sealed class WorkQueueStateMachineTests
{
    private readonly WorkQueueStateMachine<string> _machine = new(new() { Base = Seconds(1), Max = Seconds(60), Retries = 3, Jitter = 0 }, fairShare: 4);
    private WorkQueueState<string> _state = new();
    private TimeSpan _now;

    [Fact]
    public void A_key_that_is_added_twice_is_taken_once()
    {
        Add("a");
        Add("a");

        Assert.Equal(["a", ""], [Take(), Take()]);
    }

    [Fact]
    public void A_key_that_is_added_while_a_worker_has_it_is_taken_once_more_afterwards()
    {
        Add("a");
        Take();
        Add("a");
        Add("a");

        Assert.Equal("", Take());
        Done("a");
        Assert.Equal("a", Take());
        Done("a");
        Assert.Equal("", Take());
    }

    [Fact]
    public void More_important_keys_come_first_and_equals_in_the_order_in_which_they_came()
    {
        Add("low", -100);
        Add("first");
        Add("second");
        Add("urgent", 5);

        Assert.Equal(["urgent", "first", "second", "low"], [Take(), Take(), Take(), Take()]);
    }

    [Fact]
    public void A_waiting_key_that_becomes_more_important_moves_up_and_never_down()
    {
        Add("a", -100);
        Add("b", -50);
        Add("a", 1);
        Add("a", -100);

        Assert.Equal(["a", "b"], [Take(), Take()]);
    }

    [Fact]
    public void The_oldest_key_is_not_starved_by_higher_priorities()
    {
        Add("old", -100);
        List<string> taken = [];
        for (var i = 0; i < 4; i++)
        {
            Add($"new-{i}");
            taken.Add(Take());
        }

        Assert.Equal(["new-0", "new-1", "new-2", "old"], taken);
    }

    [Fact]
    public void A_delayed_key_is_ready_at_its_time_and_not_before()
    {
        Add("a", delay: Seconds(10));

        Pass(Seconds(9.999));
        Assert.Equal("", Take());
        Pass(Seconds(0.001));
        Assert.Equal("a", Take());
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(5, 10)]
    [InlineData(5, 0)]
    public void Of_several_times_for_a_key_the_earliest_counts(int one, int other)
    {
        Add("a", delay: Seconds(one));
        Add("a", delay: Seconds(other));

        Assert.Equal(Seconds(Math.Min(one, other)), _state.NextDue ?? TimeSpan.Zero);
        Pass(Seconds(Math.Min(one, other)));
        Assert.Equal("a", Take());
        Done("a");
        Pass(Seconds(100));
        Assert.Equal("", Take());
    }

    [Fact]
    public void A_delayed_key_whose_time_comes_while_a_worker_has_it_waits_for_that_worker()
    {
        Add("a");
        Take();
        Add("a", delay: Seconds(1));
        Pass(Seconds(2));

        Assert.Equal("", Take());
        Done("a");
        Assert.Equal("a", Take());
    }

    [Fact]
    public void A_key_that_fails_waits_longer_each_time_and_is_never_dropped()
    {
        Add("poison");
        List<double> waits = [];
        for (var failure = 0; failure < 6; failure++)
        {
            Assert.Equal("poison", Take());
            Step(new WorkQueueInput<string>.AddRateLimited("poison", 0));
            Done("poison");
            waits.Add((_state.NextDue!.Value - _now).TotalSeconds);
            _now = _state.NextDue.Value;
        }

        Assert.Equal([1, 2, 4, 60, 60, 60], waits);
    }

    [Fact]
    public void A_key_that_succeeds_begins_again_with_the_shortest_wait()
    {
        Step(new WorkQueueInput<string>.AddRateLimited("a", 0));
        Step(new WorkQueueInput<string>.Forget("a"));
        Step(new WorkQueueInput<string>.AddRateLimited("a", 0));

        Assert.Equal(1, _state.Failures["a"]);
    }

    [Fact]
    public void A_taken_key_has_its_failures_priority_and_waiting_time()
    {
        Step(new WorkQueueInput<string>.AddRateLimited("a", 7));
        Pass(Seconds(3));

        Assert.Equal(new QueuedKey<string>("a", 7, 1, Seconds(2)), Step(new WorkQueueInput<string>.Take()));
    }

    [Fact]
    public void A_clock_that_goes_back_changes_nothing()
    {
        Add("a", delay: Seconds(10));
        Pass(Seconds(9));
        Pass(Seconds(-8));
        Pass(Seconds(9));

        Assert.Equal("a", Take());
    }

    [Fact]
    public void An_infinite_delay_is_capped()
    {
        Add("a", delay: TimeSpan.MaxValue);

        Assert.True(_state.NextDue > TimeSpan.FromDays(1000));
        Add("a");
        Assert.Equal("a", Take());
    }

    [Fact]
    public void A_draining_queue_yields_ready_keys_only()
    {
        Add("working");
        Take();
        Add("working");
        Add("ready");
        Add("later", delay: Seconds(1));
        Step(new WorkQueueInput<string>.ShutDown(Drain: true));
        Add("too late");
        Pass(Seconds(5));

        Assert.Equal(["ready", ""], [Take(), Take()]);
        Assert.False(_state.IsOver);
        Done("working");
        Assert.Equal("working", Take());
        Assert.True(_state.IsOver);
    }

    [Fact]
    public void A_closed_queue_yields_nothing()
    {
        Add("working");
        Take();
        Add("working");
        Add("ready");
        Step(new WorkQueueInput<string>.ShutDown(Drain: false));
        Step(new WorkQueueInput<string>.ShutDown(Drain: true));
        Done("working");

        Assert.Equal("", Take());
        Assert.True(_state.IsOver);
        Assert.Equal(WorkQueuePhase.Closed, _state.Phase);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Pass(TimeSpan time)
    {
        _now += time;
        Step(new WorkQueueInput<string>.Tick());
    }

    private void Add(string key, int priority = 0, TimeSpan delay = default) => Step(new WorkQueueInput<string>.Add(key, priority, delay));

    private string Take() => Step(new WorkQueueInput<string>.Take())?.Key ?? "";

    private void Done(string key) => Step(new WorkQueueInput<string>.Done(key));

    private QueuedKey<string>? Step(WorkQueueInput<string> input)
    {
        var step = _machine.Step(_state, input, _now);
        _state = step.State;
        return step.Taken;
    }
}
