using Foreman.Api;
using Foreman.Operator.Loop;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Loop;

public class AssumeCacheTests
{
    private static readonly AgenticTask Read = new()
    {
        Metadata = new() { Name = "t", Uid = "u", ResourceVersion = "10" },
        Status = new() { Phase = TaskPhase.Pending },
    };

    private static readonly AgenticTask Assigned = Read with { Status = new() { Phase = TaskPhase.Scheduled, Attempt = 1, AssignedNode = "a" } };

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_write_under_way_counts_as_done_so_nothing_is_placed_twice()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);

        Assert.Equal(TaskPhase.Scheduled, cache.Overlay(Read).Status.Phase);
    }

    [Fact]
    public void What_is_assumed_of_one_object_is_one_object_until_either_changes()
    {
        var cache = new AssumeCache(_time);
        Assert.True(cache.IsEmpty);
        cache.Assume(Read, Assigned);
        Assert.False(cache.IsEmpty);

        var seen = cache.Overlay(Read);

        Assert.Same(seen, cache.Overlay(Read));
        Assert.NotSame(seen, cache.Overlay(Read with { Metadata = Read.Metadata with { Generation = 2 } }));
        cache.Assume(Read, Assigned with { Status = Assigned.Status with { AssignedNode = "b" } });
        Assert.Equal("b", cache.Overlay(Read).Status.AssignedNode);
    }

    [Fact]
    public void A_change_of_phase_is_unconfirmed_until_its_answer_and_while_its_failure_pauses()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Read with { Status = new() { Phase = TaskPhase.Pending } });
        Assert.Empty(cache.Unconfirmed());

        cache.Assume(Read, Assigned);
        Assert.Equal(["u"], cache.Unconfirmed());
        cache.ExpireAfter(Assigned, TimeSpan.FromSeconds(1));
        Assert.Equal(["u"], cache.Unconfirmed());
        _time.Advance(TimeSpan.FromSeconds(1));
        cache.Overlay(Read);
        Assert.Empty(cache.Unconfirmed());

        cache.Assume(Read, Assigned);
        cache.Confirm(Assigned, "11");
        Assert.Empty(cache.Unconfirmed());
    }

    [Fact]
    public void A_change_of_the_spec_shows_through()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);

        var cancelled = cache.Overlay(Read with { Metadata = Read.Metadata with { ResourceVersion = "11" }, Spec = new() { Cancel = true } });

        Assert.Equal((true, TaskPhase.Scheduled), (cancelled.Spec.Cancel, cancelled.Status.Phase));
    }

    [Fact]
    public void What_is_read_back_replaces_what_was_assumed()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);
        cache.Confirm(Assigned, "12");
        var claimed = Assigned with
        {
            Metadata = Read.Metadata with { ResourceVersion = "13" },
            Status = Assigned.Status with { Phase = TaskPhase.Running },
        };

        Assert.Equal(TaskPhase.Running, cache.Overlay(claimed).Status.Phase);
        Assert.Null(cache.NextExpiry);
    }

    [Fact]
    public void An_older_event_does_not_undo_a_confirmed_write()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);
        cache.Confirm(Assigned, "12");

        Assert.Equal(TaskPhase.Scheduled, cache.Overlay(Read with { Metadata = Read.Metadata with { ResourceVersion = "11" } }).Status.Phase);
    }

    [Fact]
    public void A_failed_write_is_forgotten_after_its_pause()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);
        cache.ExpireAfter(Assigned, TimeSpan.FromSeconds(2));
        Assert.Equal(TaskPhase.Scheduled, cache.Overlay(Read).Status.Phase);
        Assert.Equal(TimeSpan.FromSeconds(2), cache.NextExpiry);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TaskPhase.Pending, cache.Overlay(Read).Status.Phase);
    }

    [Fact]
    public void A_write_that_never_shows_up_is_forgotten_in_the_end()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);
        cache.Sending(Assigned);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(TaskPhase.Pending, cache.Overlay(Read).Status.Phase);
    }

    [Fact]
    public void A_write_that_is_still_queued_counts_however_long_it_waits()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(TaskPhase.Scheduled, cache.Overlay(Read).Status.Phase);
        Assert.Null(cache.NextExpiry);
        cache.Sending(Assigned);
        Assert.Equal(TimeSpan.FromSeconds(30), cache.NextExpiry);
    }

    [Fact]
    public void A_task_that_is_gone_is_not_kept()
    {
        var cache = new AssumeCache(_time);
        cache.Assume(Read, Assigned);
        cache.RetainOnly(new HashSet<string>());

        Assert.Null(cache.NextExpiry);
    }
}
