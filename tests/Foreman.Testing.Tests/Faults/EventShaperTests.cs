using System.Text;
using Foreman.Testing.Faults;

namespace Foreman.Testing.Tests.Faults;

public sealed class EventShaperTests
{
    [Fact]
    public void Every_nth_event_comes_twice() => Assert.Equal("1 2 2 3 4 4 5", Shape(new Fault.DuplicateEvents(2)));

    [Fact]
    public void Every_nth_event_comes_after_its_successor() => Assert.Equal("1 3 2 5 4", Shape(new Fault.ReorderEvents(2)));

    [Fact]
    public void An_event_without_a_successor_comes_when_the_watch_ends() => Assert.Equal("1 2 3 4 5", Shape(new Fault.ReorderEvents(5)));

    [Fact]
    public void The_first_event_comes_again_after_every_nth() => Assert.Equal("1 2 1 3 4 1 5", Shape(new Fault.ReplayEvents(2)));

    [Fact]
    public void A_watch_expires_after_some_events()
    {
        var shaped = Shape(new Fault.ExpireWatch(2));

        Assert.StartsWith("1 2 {\"type\":\"ERROR\"", shaped, StringComparison.Ordinal);
        Assert.Contains("\"code\":410", shaped, StringComparison.Ordinal);
    }

    private static string Shape(Fault fault)
    {
        var shaper = new EventShaper([fault]);
        var sent = new List<byte[]>();
        for (var i = 1; i <= 5 && !shaper.Expired; i++)
        {
            sent.AddRange(shaper.Take($"{i}"));
        }

        sent.AddRange(shaper.End());
        return string.Join(' ', sent.Select(b => Encoding.UTF8.GetString(b).TrimEnd('\n')));
    }
}
