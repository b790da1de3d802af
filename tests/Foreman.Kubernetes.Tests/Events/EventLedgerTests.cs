namespace Foreman.Kubernetes.Tests;

public sealed class EventLedgerTests
{
    [Fact]
    public void The_event_told_longest_ago_is_forgotten_when_the_ledger_is_full()
    {
        var ledger = new EventLedger(capacity: 2);
        ledger.Count(Key("a"), 1);
        ledger.Count(Key("b"), 2);
        ledger.Count(Key("a"), 3);
        ledger.Count(Key("c"), 4);

        Assert.Equal(3, ledger.Count(Key("a"), 5).Count);
        Assert.Equal(1, ledger.Count(Key("b"), 6).Count);
    }

    [Fact]
    public void Names_differ_even_when_the_clock_stands_still_and_fit_the_api()
    {
        var ledger = new EventLedger(capacity: 10);
        var first = ledger.Count(Key("a"), 1);
        var second = ledger.Count(Key("b"), 1);
        var renamed = ledger.Rename(Key("a"));

        Assert.Equal(3, new[] { first.Name, second.Name, renamed.Name }.Distinct().Count());
        Assert.Equal(1, renamed.Count);
        Assert.InRange(ledger.Count(Key("m", name: new string('x', 253)), 1).Name.Length, 200, 253);
    }

    private static EventKey Key(string message, string name = "widget") => new("uid", "ns", name, "Normal", "Reason", message);
}
