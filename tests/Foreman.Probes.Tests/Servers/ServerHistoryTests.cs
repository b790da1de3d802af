using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes.Tests.Servers;

[Trait("Kind", "12")]
public class ServerHistoryTests
{
    private static readonly DateTimeOffset Start = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private static readonly ModelAddress Four = ModelAddress.Of(new("http://127.0.0.1:8080"));
    private static readonly ModelAddress Six = ModelAddress.Of(new("http://[::1]:8080"));
    private static readonly ServerFinding Good = ServerFinding.Healthy(ModelServerKind.LlamaCpp, Four.Url, "b1", [new() { Name = "m" }]);
    private static readonly ServerFinding Down = ServerFinding.Unhealthy(ModelServerKind.OpenAI, Four.Url, "nothing listens there");
    private static readonly ProbeResponse Refused = new() { FailureKind = FailureKind.Refused };
    private static readonly ProbeResponse TimedOut = new() { FailureKind = FailureKind.TimedOut };

    private readonly ServerHistory _history = new();

    [Fact]
    public void A_server_that_went_is_reported_at_the_first_probe_with_the_time_that_stays()
    {
        var candidate = Candidate(named: false);
        _history.Found(candidate, Four, Good);

        var first = _history.Missing(candidate, Refused, Down, Start)!;
        var later = _history.Missing(candidate, Refused, Down, Start.AddMinutes(5))!;

        Assert.Equal((ModelServerKind.LlamaCpp, "b1", false), (first.Server.Kind, first.Server.Version, first.Server.Healthy));
        Assert.Equal("it has stopped answering since 2031-03-14T01:59:26Z: nothing listens there", first.Server.Reason);
        Assert.Empty(first.Models);
        Assert.Equal(first.Server, later.Server);
    }

    [Fact]
    public void A_server_that_came_back_and_went_again_has_a_new_time()
    {
        var candidate = Candidate(named: false);
        _history.Found(candidate, Four, Good);
        _history.Missing(candidate, Refused, Down, Start);
        _history.Found(candidate, Four, Good);

        Assert.Contains("T02:00:26Z", _history.Missing(candidate, Refused, Down, Start.AddMinutes(1))!.Server.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_busy_server_may_miss_one_deadline()
    {
        var candidate = Candidate(named: false);
        _history.Found(candidate, Four, Good);

        Assert.True(_history.Missing(candidate, TimedOut, Down, Start)!.Server.Healthy);
        Assert.False(_history.Missing(candidate, TimedOut, Down, Start)!.Server.Healthy);
        Assert.False(_history.Missing(candidate, TimedOut, Down, Start)!.Server.Healthy);
    }

    [Fact]
    public void A_server_that_nobody_configured_is_forgotten_after_an_hour_and_a_configured_one_never()
    {
        var (found, named) = (Candidate(named: false), Candidate(named: true) with { Url = "http://127.0.0.1:9" });
        _history.Found(found, Four, Good);
        _history.Found(named, Four, Good);
        _history.Missing(found, Refused, Down, Start);
        _history.Missing(named, Refused, Down, Start);

        Assert.NotNull(_history.Missing(found, Refused, Down, Start + ServerHistory.Forgotten - TimeSpan.FromSeconds(1)));
        Assert.Null(_history.Missing(found, Refused, Down, Start + ServerHistory.Forgotten));
        Assert.Null(_history.Missing(found, Refused, Down, Start + ServerHistory.Forgotten));
        Assert.NotNull(_history.Missing(named, Refused, Down, Start.AddDays(30)));
    }

    [Fact]
    public void A_port_at_which_no_model_server_ever_was_is_not_reported_unless_it_was_configured()
    {
        Assert.Null(_history.Missing(Candidate(named: false), Refused, Down, Start));
        Assert.Equal("nothing listens there (since 2031-03-14T01:59:26Z)", _history.Missing(Candidate(named: true), Refused, Down, Start)!.Server.Reason);
        Assert.Equal("nothing listens there (since 2031-03-14T01:59:26Z)", _history.Missing(Candidate(named: true), Refused, Down, Start.AddDays(1))!.Server.Reason);
    }

    [Fact]
    public void A_server_that_was_found_is_looked_for_although_nothing_listens_there()
    {
        var (found, never) = (Candidate(named: false), Candidate(named: true) with { Url = "http://127.0.0.1:9" });
        _history.Found(found, Four, Good);
        _history.Missing(never, Refused, Down, Start);

        Assert.Equal([found], _history.WithKnown([]));
        Assert.Equal([never, found], _history.WithKnown([never]));
        Assert.Equal([found], _history.WithKnown([found]));
    }

    [Fact]
    [Trait("Kind", "7")]
    public void The_address_that_answered_is_asked_first()
    {
        var candidate = Candidate(named: true);
        Assert.Equal([Four, Six], _history.InOrder(candidate));

        _history.Found(candidate, Six, Good);

        Assert.Equal([Six, Four], _history.InOrder(candidate));
    }

    private static ServerCandidate Candidate(bool named) => new(Four.Url, named, [Four, Six]);
}
