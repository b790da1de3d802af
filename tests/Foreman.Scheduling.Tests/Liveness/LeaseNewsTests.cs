using System.Collections.Immutable;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Liveness;

public sealed class LeaseNewsTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    private static readonly V1Lease Before = Given.Lease("a");

    private static readonly V1Lease Renewed = Given.Lease("a", renewal: 10);

    [Fact]
    public void A_renewal_of_a_host_that_is_heard_of_all_the_time_asks_for_no_decision() =>
        Assert.False(LeaseNews.AsksForDecision(Before, Renewed, State(secondsAgo: 39), Now));

    [Fact]
    public void A_renewal_after_silence_asks_for_one()
    {
        Assert.True(LeaseNews.AsksForDecision(Before, Renewed, State(secondsAgo: 40), Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Renewed, State(10, l => l with { Dead = true }), Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Renewed, State(10, l => l with { SiteIsSilent = true }), Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Renewed, State(10) with { Disrupted = true }, Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Renewed, State(10) with { UnreachableSince = TimeSpan.FromSeconds(70) }, Now));
    }

    [Fact]
    public void A_host_that_comes_stops_goes_or_has_a_new_process_asks_for_one()
    {
        Assert.True(LeaseNews.AsksForDecision(null, Renewed, State(10), Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Renewed, SchedulerState.Empty, Now));
        Assert.True(LeaseNews.AsksForDecision(Before, null, State(10), Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Given.Lease("a", holder: "host/2", renewal: 10), State(10), Now));
        Assert.True(LeaseNews.AsksForDecision(Before, Given.Lease("a", holder: "", renewal: 10), State(10), Now));
        Assert.True(LeaseNews.AsksForDecision(Given.Lease("a", holder: ""), Renewed, State(10, l => l with { Holder = "" }), Now));
    }

    [Fact]
    public void Leases_of_others_than_hosts_never_ask_for_one()
    {
        var election = Before with { Metadata = Before.Metadata with { Name = "foreman-operator" } };

        Assert.False(LeaseNews.AsksForDecision(null, election, State(10), Now));
        Assert.False(LeaseNews.AsksForDecision(election, election, State(10) with { Disrupted = true }, Now));
        Assert.False(LeaseNews.AsksForDecision(election, null, State(10), Now));
    }

    private static SchedulerState State(int secondsAgo, Func<ObservedLease, ObservedLease>? change = null)
    {
        var lease = new ObservedLease { Holder = "host/1", RenewTime = Before.Spec!.RenewTime, ChangedAt = Now - TimeSpan.FromSeconds(secondsAgo) };
        return SchedulerState.Empty with { Leases = ImmutableDictionary<string, ObservedLease>.Empty.Add("a", change is null ? lease : change(lease)) };
    }
}
