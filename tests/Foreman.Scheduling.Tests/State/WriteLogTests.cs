using System.Collections.Immutable;

namespace Foreman.Scheduling.Tests.State;

public class WriteLogTests
{
    private static readonly ImmutableDictionary<string, RecordedWrite> None = ImmutableDictionary<string, RecordedWrite>.Empty;

    [Fact]
    public void A_write_that_a_growing_queue_puts_off_is_not_recorded_anew_each_time()
    {
        var first = At(0, None);
        Assert.True(first.IsDue("t", "a", TimeSpan.Zero));
        var held = At(1, first.Writes);
        Assert.False(held.IsDue("t", "b", TimeSpan.FromSeconds(100)));

        var later = At(2, held.Writes);

        Assert.False(later.IsDue("t", "b", TimeSpan.FromSeconds(150)));
        Assert.Same(held.Writes, later.Writes);
        Assert.True(At(150, later.Writes).IsDue("t", "b", TimeSpan.FromSeconds(150)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_write_is_forgotten_when_its_time_is_over_whether_that_was_known_or_not(bool isKnown)
    {
        var log = At(0, None);
        log.IsDue("first", "a", TimeSpan.Zero);
        log.Trim();
        var second = At(30, log.Writes, log.Trimmed);
        second.IsDue("second", "a", TimeSpan.Zero);
        second.Trim();
        Assert.Equal(2, second.Writes.Count);

        var third = At(61, second.Writes, isKnown ? second.Trimmed : null);
        third.Trim();
        Assert.Equal(["second"], third.Writes.Keys);

        var fourth = At(91, third.Writes, isKnown ? third.Trimmed : null);
        fourth.Trim();
        Assert.Empty(fourth.Writes);
    }

    [Fact]
    public void What_was_known_of_other_writes_counts_for_nothing()
    {
        var log = At(0, None);
        log.IsDue("t", "a", TimeSpan.Zero);

        var other = At(61, log.Writes, new TrimmedWrites(None, TimeSpan.MaxValue));
        other.Trim();

        Assert.Empty(other.Writes);
    }

    private static WriteLog At(int seconds, ImmutableDictionary<string, RecordedWrite> writes, TrimmedWrites? trimmed = null) =>
        new(writes, TimeSpan.FromSeconds(seconds), new RequeueTimer(TimeSpan.FromSeconds(seconds)), trimmed);
}
