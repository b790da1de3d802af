using Foreman.Runner.Progress;

namespace Foreman.Runner.Tests.Progress;

public sealed class ProgressPacerTests
{
    private static readonly DateTimeOffset Start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Two_writes_of_a_small_task_are_two_seconds_apart()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), ProgressPacer.Decide(Start, Start, 500));
        Assert.Equal(TimeSpan.FromSeconds(0.5), ProgressPacer.Decide(Start.AddSeconds(1.5), Start, 500));
        Assert.Equal(TimeSpan.Zero, ProgressPacer.Decide(Start.AddSeconds(2), Start, 500));
    }

    [Fact]
    public void A_task_with_a_prompt_of_100_KiB_is_written_every_100_seconds_at_most() =>
        Assert.Equal(TimeSpan.FromSeconds(100), ProgressPacer.Decide(Start, Start, 100 * 1024));

    [Theory]
    [Trait("Kind", "1")]
    [InlineData(300 * 1024, 300)]
    [InlineData(1536 * 1024, 300)]
    [InlineData(int.MaxValue, 300)]
    public void No_task_is_so_large_that_its_progress_looks_like_silence(int bytes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ProgressPacer.Decide(Start, Start, bytes));

    [Fact]
    [Trait("Kind", "1")]
    public void A_clock_that_was_set_back_by_hours_holds_a_write_up_for_minutes() =>
        Assert.Equal(TimeSpan.FromSeconds(300), ProgressPacer.Decide(Start.AddHours(-5), Start, 1));

    [Fact]
    public void A_clock_that_was_set_back_does_not_end_the_writes() =>
        Assert.Equal(TimeSpan.FromSeconds(62), ProgressPacer.Decide(Start.AddSeconds(-60), Start, 1));
}
