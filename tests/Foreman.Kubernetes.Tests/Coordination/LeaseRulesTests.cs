namespace Foreman.Kubernetes.Tests;

public sealed class LeaseRulesTests
{
    private readonly ManualTimeProvider _time = new();

    private static readonly LeaseParameters Terms = TermsOf("host-1/b");

    [Fact]
    public void A_free_lease_and_an_own_one_may_be_taken()
    {
        Assert.Null(FindActiveHolder(Lease(null)));
        Assert.Null(FindActiveHolder(Lease("")));
        Assert.Null(FindActiveHolder(Lease("host-1/b")));
    }

    [Fact]
    public void Another_host_is_refused_with_the_holder_and_the_time_left()
    {
        var seen = Observe(Lease("host-2/a", seconds: 40), null);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(new LeaseAttempt(false, "host-2/a", TimeSpan.FromSeconds(30)), FindActiveHolder(seen));
    }

    [Fact]
    public void An_earlier_process_of_the_same_host_is_superseded_until_the_lease_was_held_once()
    {
        var seen = Observe(Lease("host-1/a"), null);

        Assert.Null(LeaseRules.FindActiveHolder(seen, Terms, _time.Elapsed, maySupersede: true));
        Assert.Equal("host-1/a", LeaseRules.FindActiveHolder(seen, Terms, _time.Elapsed, maySupersede: false)!.Holder);
    }

    [Fact]
    public void A_lease_expires_by_the_local_clock_whatever_its_times()
    {
        var old = Lease("host-2/a", renewed: _time.GetUtcNow().AddYears(-1));
        var future = Lease("host-2/a", renewed: _time.GetUtcNow().AddYears(1));
        var seenOld = Observe(old, null);
        var seenFuture = Observe(future, null);

        Assert.NotNull(FindActiveHolder(seenOld));
        _time.SetWallClock(_time.GetUtcNow().AddDays(3));
        Assert.NotNull(FindActiveHolder(seenOld));

        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(FindActiveHolder(seenOld));
        Assert.Null(FindActiveHolder(seenFuture));
    }

    [Fact]
    public void Each_change_of_the_record_counts_as_a_renewal()
    {
        var seen = Observe(Lease("host-2/a", renewed: _time.GetUtcNow()), null);
        _time.Advance(TimeSpan.FromSeconds(14));
        var unchanged = Observe(Lease("host-2/a", renewed: seen.Lease.Spec!.RenewTime), seen);
        var renewed = Observe(Lease("host-2/a", renewed: _time.GetUtcNow()), seen);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(FindActiveHolder(unchanged));
        Assert.NotNull(FindActiveHolder(renewed));
    }

    [Fact]
    public void A_renewal_with_the_same_times_counts_too()
    {
        var renewed = _time.GetUtcNow();
        var seen = Observe(Lease("host-2/a", renewed: renewed, version: "7"), null);
        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.Null(FindActiveHolder(Observe(Lease("host-2/a", renewed: renewed, version: "7"), seen)));
        Assert.NotNull(FindActiveHolder(Observe(Lease("host-2/a", renewed: renewed, version: "9"), seen)));
    }

    [Fact]
    public void A_renewal_keeps_the_time_of_acquisition_and_a_change_of_hands_is_counted()
    {
        var first = LeaseRules.NextSpec(null, Terms, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(5));
        var renewed = LeaseRules.NextSpec(first, Terms, _time.GetUtcNow());
        var taken = LeaseRules.NextSpec(renewed, TermsOf("host-3/x"), _time.GetUtcNow());

        Assert.Equal((first.AcquireTime, 0), (renewed.AcquireTime, renewed.LeaseTransitions));
        Assert.Equal(_time.GetUtcNow(), renewed.RenewTime);
        Assert.Equal((_time.GetUtcNow(), 1), (taken.AcquireTime, taken.LeaseTransitions));
    }

    [Fact]
    public void A_renewal_changes_the_record_even_when_the_clock_stands_still()
    {
        var first = LeaseRules.NextSpec(null, Terms, _time.GetUtcNow());
        var renewed = LeaseRules.NextSpec(first, Terms, _time.GetUtcNow());

        Assert.NotEqual(first, renewed);
    }

    [Fact]
    public void A_duration_is_never_written_shorter_than_it_is_meant() =>
        Assert.Equal(3, LeaseRules.NextSpec(null, Terms with { Duration = TimeSpan.FromSeconds(2.1) }, _time.GetUtcNow()).LeaseDurationSeconds);

    private LeaseAttempt? FindActiveHolder(V1Lease lease) => FindActiveHolder(Observe(lease, null));

    private LeaseAttempt? FindActiveHolder(LeaseObservation seen) => LeaseRules.FindActiveHolder(seen, Terms, _time.Elapsed, maySupersede: true);

    private LeaseObservation Observe(V1Lease lease, LeaseObservation? before) => LeaseObservation.Of(lease, before, _time.Elapsed);

    private static LeaseParameters TermsOf(string identity) =>
        new(identity, TimeSpan.FromSeconds(15), holder => LeaseHolder.SameHost(holder, identity));

    private static V1Lease Lease(string? holder, int seconds = 15, DateTimeOffset? renewed = null, string? version = null) =>
        new() { Metadata = new() { ResourceVersion = version }, Spec = new() { HolderIdentity = holder, LeaseDurationSeconds = seconds, RenewTime = renewed } };
}
