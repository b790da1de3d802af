namespace Foreman.Kubernetes.Tests;

public sealed class EventCorrelatorTests
{
    private static readonly CorrelatorRules Rules = new EventRecorderOptions().Rules;

    private readonly Widget _widget = new() { Metadata = new() { Name = "a", NamespaceProperty = "ns", Uid = "uid" } };
    private CorrelatorState _state = new(4096);
    private TimeSpan _now;

    [Fact]
    public void Equal_events_are_one_event_with_a_count()
    {
        var first = Tell("no node");
        var second = Tell("no node");
        var other = Tell("no slot");

        Assert.Equal((first.Entry.Name, 2), (second.Entry.Name, second.Entry.Count));
        Assert.NotEqual(first.Entry.Name, other.Entry.Name);
        Assert.Equal(1, other.Entry.Count);
    }

    [Fact]
    public void Similar_events_are_aggregated_from_the_tenth_on()
    {
        var told = Enumerable.Range(1, 12).Select(i => Tell($"message {i}")).ToList();

        Assert.Equal([.. Enumerable.Range(1, 9).Select(i => $"message {i}"), .. Enumerable.Range(10, 3).Select(i => $"(combined from similar events): message {i}")], told.Select(t => t.Message));
        Assert.Equal([1, 2, 3], told.Skip(9).Select(t => t.Entry.Count));
        Assert.Single(told.Skip(9).Select(t => t.Entry.Name).Distinct());
    }

    [Fact]
    public void The_first_of_many_similar_events_go_on_being_counted_by_themselves()
    {
        var first = Tell("message 1");
        Enumerable.Range(2, 12).ToList().ForEach(i => Tell($"message {i}"));

        var again = Tell("message 1");

        Assert.Equal(("message 1", first.Entry.Name, 2), (again.Message, again.Entry.Name, again.Entry.Count));
    }

    [Fact]
    public void Aggregation_starts_again_after_ten_minutes_without_a_similar_event()
    {
        Enumerable.Range(1, 10).ToList().ForEach(i => Tell($"message {i}"));
        _now += TimeSpan.FromSeconds(600);
        Assert.StartsWith("(combined", Tell("at the edge").Message, StringComparison.Ordinal);
        _now += TimeSpan.FromSeconds(601);

        Assert.Equal("later", Tell("later").Message);
    }

    [Fact]
    public void Events_that_differ_in_more_than_the_message_are_not_similar()
    {
        Enumerable.Range(1, 9).ToList().ForEach(i => Tell($"message {i}"));

        Assert.Equal("x", Tell("x", reason: "Other").Message);
        Assert.Equal("x", Tell("x", type: "Warning").Message);
        Assert.StartsWith("(combined", Tell("x").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_burst_of_25_about_an_object_events_are_dropped_until_the_bucket_fills_again()
    {
        var burst = Enumerable.Range(0, 26).Select(_ => Tell("same").Dropped).ToList();
        Assert.Equal([.. Enumerable.Repeat(false, 25), true], burst);

        _now += TimeSpan.FromSeconds(299);
        Assert.True(Tell("same").Dropped);
        _now += TimeSpan.FromSeconds(2);
        var passed = Tell("same");
        Assert.False(passed.Dropped);
        Assert.Equal(28, passed.Entry.Count);
        Assert.True(Tell("same").Dropped);

        _now += TimeSpan.FromDays(1);
        Assert.Equal(25, Enumerable.Range(0, 30).Count(_ => !Tell("same").Dropped));
    }

    [Fact]
    public void A_burst_about_one_object_does_not_silence_another()
    {
        Enumerable.Range(0, 30).ToList().ForEach(_ => Tell("same"));

        Assert.False(Correlate(new(Widget.Named("b", "ns"), "Normal", "Reason", "same")).Dropped);
    }

    [Fact]
    public void The_least_recently_published_event_is_evicted()
    {
        _state = new(capacity: 2);
        Tell("a");
        Tell("b");
        Tell("a");
        Tell("c");

        Assert.Equal(3, Tell("a").Entry.Count);
        Assert.Equal(1, Tell("b").Entry.Count);
    }

    [Fact]
    public void A_count_stops_at_the_largest_int32()
    {
        var first = Tell("same");
        _state = _state with { Published = _state.Published.Set(first.Key, first.Entry with { Count = int.MaxValue }) };

        Assert.Equal(int.MaxValue, Tell("same").Entry.Count);
    }

    [Fact]
    public void Names_differ_even_when_the_clock_stands_still_and_fit_the_api()
    {
        var first = Tell("a");
        var second = Tell("b");
        var (_, renewed) = EventCorrelator.Renew(_state, first.Key, 1);
        var longest = Correlate(new(Widget.Named(new string('x', 253), "ns"), "Normal", "Reason", "m"));

        Assert.Equal(3, new[] { first.Entry.Name, second.Entry.Name, renewed.Name }.Distinct().Count());
        Assert.Equal(1, renewed.Count);
        Assert.InRange(longest.Entry.Name.Length, 200, 253);
    }

    private CorrelatorStep Tell(string message, string reason = "Reason", string type = "Normal") => Correlate(new(_widget, type, reason, message));

    private CorrelatorStep Correlate(EventFacts facts)
    {
        var step = EventCorrelator.Correlate(_state, facts, Rules, _now, nameSuffix: 1);
        _state = step.State;
        return step;
    }
}
