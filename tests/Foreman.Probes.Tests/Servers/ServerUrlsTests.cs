using System.Net;

namespace Foreman.Probes.Tests.Servers;

public class ServerUrlsTests
{
    private static readonly IPAddress Own = IPAddress.Parse("10.0.0.7");
    private static readonly ReachableHosts Nobody = new();

    [Theory]
    [InlineData("http://localhost:8080/v1/", "http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://GPU.Example:8000/llm/v1", "http://gpu.example:8000/llm/v1")]
    [InlineData("https://models.example", "https://models.example:443")]
    [InlineData("http://[::1]:1234/", "http://[::1]:1234")]
    public void A_base_URL_has_one_form(string given, string normal) => Assert.Equal(normal, ServerUrls.Normalise(new Uri(given)));

    [Fact]
    public void Ports_at_which_nothing_listens_are_not_asked()
    {
        var options = new ProbeOptions { Ports = [8080, 11434] };

        Assert.Equal([("http://127.0.0.1:11434", false)], Candidates(options, [new IPEndPoint(IPAddress.Any, 11434)]));
    }

    [Fact]
    public void Every_port_is_probed_when_listeners_are_unknown()
    {
        var options = new ProbeOptions { Ports = [8080, 11434] };

        Assert.Equal([("http://127.0.0.1:8080", false), ("http://127.0.0.1:11434", false)], Candidates(options, null));
    }

    [Fact]
    public void A_server_is_asked_where_it_listens()
    {
        var options = new ProbeOptions { Ports = [8080, 8000] };

        var candidates = Candidates(
            options, [new IPEndPoint(IPAddress.IPv6Loopback, 8080), new IPEndPoint(Own, 8000)]);

        Assert.Equal([("http://[::1]:8080", false), ("http://10.0.0.7:8000", false)], candidates);
    }

    [Fact]
    public void A_URL_that_was_named_is_asked_once_even_when_it_is_a_usual_port()
    {
        var options = new ProbeOptions { Ports = [8080], ModelUrls = [new Uri("http://localhost:8080/v1")] };

        Assert.Equal([("http://127.0.0.1:8080", true)], Candidates(options, [new IPEndPoint(IPAddress.Loopback, 8080)]));
    }

    [Fact]
    public void A_server_on_loopback_cannot_be_reached_by_others_whatever_is_set() =>
        Assert.Null(Reachable("http://127.0.0.1:8080", [new IPEndPoint(IPAddress.Loopback, 8080)], new ReachableHosts("host.example", "100.64.0.1")));

    [Fact]
    public void The_host_that_was_set_wins_over_the_tailnet_and_that_over_the_address()
    {
        IPEndPoint[] wide = [new(IPAddress.Any, 8080)];

        Assert.Equal("http://host.example:8080", Reachable("http://127.0.0.1:8080", wide, new ReachableHosts("host.example", "100.64.0.1")));
        Assert.Equal("http://100.64.0.1:8080", Reachable("http://127.0.0.1:8080", wide, new ReachableHosts(null, "100.64.0.1")));
        Assert.Equal("http://10.0.0.7:8080", Reachable("http://127.0.0.1:8080", wide, Nobody));
    }

    [Fact]
    public void A_server_on_one_address_is_reached_there()
    {
        var address = IPAddress.Parse("192.168.1.5");

        Assert.Equal("http://192.168.1.5:8080", Reachable("http://192.168.1.5:8080", [new IPEndPoint(address, 8080)], Nobody));
    }

    [Fact]
    public void A_server_of_another_host_is_reached_as_it_was_named() =>
        Assert.Equal("http://gpu.example:8080", Reachable("http://gpu.example:8080", [], Nobody));

    [Theory]
    [Trait("Kind", "7")]
    [InlineData("::1", "http://[::1]:8080 http://127.0.0.1:8080")]
    [InlineData("127.0.0.1", "http://127.0.0.1:8080 http://[::1]:8080")]
    [InlineData("::", "http://127.0.0.1:8080 http://[::1]:8080")]
    [InlineData(null, "http://127.0.0.1:8080 http://[::1]:8080")]
    public void Localhost_means_both_loopback_addresses(string? listener, string addresses)
    {
        var options = new ProbeOptions { Ports = [], ModelUrls = [new Uri("http://localhost:8080/v1")] };

        var candidate = Assert.Single(ServerUrls.Candidates(options, listener is null ? null : [new IPEndPoint(IPAddress.Parse(listener), 8080)]));

        Assert.Equal(addresses.Split(' '), candidate.Addresses.Select(a => a.Url));
    }

    [Fact]
    [Trait("Kind", "7")]
    public void The_path_of_an_API_stays_in_the_address_for_others() =>
        Assert.Equal("http://10.0.0.7:8080/engines/v1", Reachable("http://127.0.0.1:8080/engines/v1", [new IPEndPoint(IPAddress.Any, 8080)], Nobody));

    private static IEnumerable<(string Url, bool Named)> Candidates(ProbeOptions options, IReadOnlyList<IPEndPoint>? listening) =>
        ServerUrls.Candidates(options, listening).Select(c => (c.Url, c.Named));

    private static string? Reachable(string url, IReadOnlyList<IPEndPoint> listening, ReachableHosts hosts) =>
        ServerUrls.Reachable(url, listening, hosts, Own);
}
