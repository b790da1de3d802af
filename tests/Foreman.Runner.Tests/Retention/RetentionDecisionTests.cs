using Foreman.Runner.Retention;

namespace Foreman.Runner.Tests.Retention;

[Trait("Kind", "15")]
public sealed class RetentionDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RetentionPolicy Policy = new(TimeSpan.FromDays(7), 1000);

    [Fact]
    public void What_is_too_old_goes() =>
        Assert.Equal(["old"], Removed(Policy, RunFiles("old", 1, days: 8), RunFiles("new", 1, days: 6)));

    [Fact]
    public void The_oldest_go_until_the_rest_is_small_enough() =>
        Assert.Equal(["a", "b"], Removed(Policy, RunFiles("c", 600, days: 1), RunFiles("a", 600, days: 3), RunFiles("b", 600, days: 2)));

    [Fact]
    public void What_is_in_use_stays_however_old_and_large_it_is() =>
        Assert.Equal(["b"], Removed(Policy, RunFiles("a", 5000, days: 99, inUse: true), RunFiles("b", 10, days: 1)));

    [Fact]
    public void What_changed_within_the_hour_stays_whatever_its_size() =>
        Assert.Empty(Removed(Policy, new RunFiles(["fresh"], 5000, Now.AddMinutes(-59), IsInUse: false)));

    [Fact]
    public void Zero_sets_no_limit() =>
        Assert.Empty(Removed(new RetentionPolicy(TimeSpan.Zero, 0), RunFiles("a", long.MaxValue / 4, days: 999), RunFiles("b", 1, days: 1)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_lies_there_the_limits_hold_and_nothing_goes_without_need(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var policy = new RetentionPolicy(TimeSpan.FromHours(random.Next(0, 200)), random.Next(0, 3000));
            var all = Enumerable.Range(0, random.Next(0, 12))
                .Select(i => new RunFiles([$"{i}"], random.Next(0, 800), Now.AddMinutes(-random.Next(-60, 15_000)), random.Next(4) == 0)).ToList();

            var removed = RetentionDecision.Removed(all, policy, Now);

            var kept = all.Except(removed).ToList();
            Assert.DoesNotContain(removed, r => r.IsInUse);
            Assert.Equal(removed.OrderBy(r => r.ChangedAt).Select(r => r.ChangedAt), removed.Select(r => r.ChangedAt));
            Assert.DoesNotContain(kept, r => !r.IsInUse && policy.MaxAge > TimeSpan.Zero && Now - r.ChangedAt > policy.MaxAge);
            var total = kept.Sum(r => r.Bytes);
            var free = kept.Where(r => !r.IsInUse && Now - r.ChangedAt > RetentionPolicy.Grace && r.Bytes > 0).ToList();
            Assert.True(policy.MaxBytes == 0 || total <= policy.MaxBytes || free.Count == 0, $"{total} of {policy.MaxBytes} bytes are kept and {free.Count} could go");

            // The youngest of those that went for their size had to go: with it the rest would be too large.
            var young = removed.LastOrDefault(r => policy.MaxAge == TimeSpan.Zero || Now - r.ChangedAt <= policy.MaxAge);
            Assert.True(young is null || total + young.Bytes > policy.MaxBytes);
        }
    }

    [Fact]
    public void Sizes_beyond_what_can_be_counted_are_no_fault()
    {
        var all = new[] { RunFiles("a", long.MaxValue, days: 3), RunFiles("b", long.MaxValue, days: 2), RunFiles("c", 10, days: 1) };

        Assert.Equal(["a", "b"], Removed(Policy, all));
        Assert.Equal(long.MaxValue, RetentionDecision.Sum(long.MaxValue, long.MaxValue));
        Assert.Equal(7, RetentionDecision.Sum(3, 4));
    }

    private static IEnumerable<string> Removed(RetentionPolicy policy, params RunFiles[] all) => RetentionDecision.Removed(all, policy, Now).Select(r => r.Paths[0]);

    private static RunFiles RunFiles(string path, long bytes, int days, bool inUse = false) => new([path], bytes, Now.AddDays(-days), inUse);
}
