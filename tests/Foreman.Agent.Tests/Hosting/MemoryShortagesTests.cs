using Foreman.Agent.Hosting;
using Foreman.Api;
using Foreman.Probes;
using Foreman.Testing;
using ModelServer = Foreman.Api.ModelServer;

namespace Foreman.Agent.Tests.Hosting;

public sealed class MemoryShortagesTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_server_that_lacked_memory_says_so_for_a_while_and_others_do_not()
    {
        var shortages = new MemoryShortages(_time);
        shortages.Add(new Uri("http://localhost:8080/v1"), "CUDA error:\nout of memory " + new string('x', 10_000));

        var found = shortages.Apply(Probed).Capability.ModelServers!;

        Assert.StartsWith("it was out of memory at 2026-01-31T12:00:00Z: CUDA error:", found[0].Reason, StringComparison.Ordinal);
        Assert.InRange(found[0].Reason!.Length, 1, 400);
        Assert.DoesNotContain(found[0].Reason!, char.IsControl);
        Assert.Equal((true, null, "it is loading"), (found[0].Healthy, found[1].Reason, found[2].Reason));

        _time.Advance(MemoryShortages.Shown - TimeSpan.FromSeconds(1));
        Assert.NotNull(shortages.Apply(Probed).Capability.ModelServers![0].Reason);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(Probed, shortages.Apply(Probed));
    }

    [Fact]
    public void What_is_wrong_with_a_server_by_itself_counts_more_and_the_newest_shortage_is_told()
    {
        var shortages = new MemoryShortages(_time);
        shortages.Add(new Uri("http://127.0.0.1:8082"), "first");
        shortages.Add(new Uri("http://127.0.0.1:8081"), "first");
        _time.Advance(TimeSpan.FromMinutes(1));
        shortages.Add(new Uri("http://127.0.0.1:8081"), "second");

        var found = shortages.Apply(Probed).Capability.ModelServers!;

        Assert.Equal("it is loading", found[2].Reason);
        Assert.Equal("it was out of memory at 2026-01-31T12:01:00Z: second", found[1].Reason);
    }

    private static ProbeResult Probed { get; } = ProbeOf(
        new ModelServer { Url = "http://127.0.0.1:8080", Healthy = true },
        new ModelServer { Url = "http://127.0.0.1:8081", Healthy = true },
        new ModelServer { Url = "http://127.0.0.1:8082", Healthy = false, Reason = "it is loading" });

    private static ProbeResult ProbeOf(params ModelServer[] servers) => new(new NodeCapability { ModelServers = servers }, 1, "linux", "amd64", []);
}
