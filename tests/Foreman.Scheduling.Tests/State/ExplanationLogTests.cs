namespace Foreman.Scheduling.Tests.State;

public sealed class ExplanationLogTests
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);

    [Fact]
    public void Another_text_is_held_for_its_time_and_the_same_one_for_a_moment()
    {
        var log = new ExplanationLog(Told("a", TimeSpan.FromMinutes(1)), TimeSpan.FromSeconds(1));

        Assert.Equal(Pace, log.HeldUntil(log.Find("t"), "b", Pace));
        Assert.Equal(WriteLog.RepeatAfter, log.HeldUntil(log.Find("t"), "a", Pace));
        Assert.Null(log.HeldUntil(log.Find("t"), "b", TimeSpan.Zero));
        Assert.Null(log.HeldUntil(log.Find("other"), "b", Pace));
    }

    [Fact]
    public void Nothing_is_held_for_longer_than_it_is_remembered()
    {
        var told = Told("a", TimeSpan.FromSeconds(20));
        var (early, late) = (new ExplanationLog(told, TimeSpan.FromSeconds(1)), new ExplanationLog(told, TimeSpan.FromSeconds(20)));

        Assert.Equal(TimeSpan.FromSeconds(20), early.HeldUntil(early.Find("t"), "b", Pace));
        Assert.Null(late.HeldUntil(late.Find("t"), "b", Pace));
    }

    [Fact]
    public void What_is_forgotten_is_removed_once_in_a_while()
    {
        var early = new ExplanationLog(Told("a", TimeSpan.FromSeconds(20)), TimeSpan.FromSeconds(30));
        early.Trim();
        Assert.Single(early.After.ByUid);

        var late = new ExplanationLog(early.After, TimeSpan.FromSeconds(61));
        late.Trim();
        Assert.Empty(late.After.ByUid);
    }

    [Fact]
    public void Nothing_new_leaves_the_same_object()
    {
        var told = Told("a", TimeSpan.FromMinutes(5));
        var log = new ExplanationLog(told, TimeSpan.FromSeconds(30));
        log.Trim();

        Assert.Same(told, log.After);
    }

    // Told at uptime 0; trimmed then, and again a minute later.
    private static ToldTasks Told(string text, TimeSpan remembered)
    {
        var log = new ExplanationLog(ToldTasks.None, TimeSpan.Zero);
        log.Record("t", text, remembered);
        log.Trim();
        return log.After;
    }
}
