using Foreman.Testing.Faults;

namespace Foreman.Testing.Tests.Faults;

public sealed class JournalTests
{
    [Fact]
    public void The_busiest_span_is_found_wherever_it_begins()
    {
        var time = new ManualTimeProvider();
        var journal = new Journal(time);
        foreach (var pause in new[] { 0, 600, 600, 100, 100, 3000 })
        {
            time.Advance(TimeSpan.FromMilliseconds(pause));
            journal.Begin(new("list", "/api/v1/pods", ""), "HTTP/2", []);
        }

        Assert.Equal(4, journal.Busiest(TimeSpan.FromSeconds(1)));
        Assert.Equal(0, journal.Busiest(TimeSpan.FromSeconds(1), CallMatch.Watches()));
    }
}
