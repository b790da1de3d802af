using Foreman.Agent.Hosting;
using Foreman.Api;
using Foreman.Probes;

namespace Foreman.Agent.Tests.Hosting;

[Trait("Kind", "15")]
public class ModelServersTests
{
    private readonly HostState _state = new();

    [Fact]
    public void Servers_that_were_probed_or_configured_may_be_called_and_no_others()
    {
        Probe(new ModelServer { Url = "http://127.0.0.1:11434", ReachableURL = "http://10.0.0.7:11434" });
        var servers = new ModelServers([new Uri("http://models.example/llm")], _state);

        Assert.True(servers.MayCall(new Uri("http://127.0.0.1:11434/v1")));
        Assert.True(servers.MayCall(new Uri("http://10.0.0.7:11434/")));
        Assert.True(servers.MayCall(new Uri("http://models.example/llm/v1")));
        Assert.False(servers.MayCall(new Uri("http://169.254.169.254/latest")));
        Assert.False(servers.MayCall(new Uri("http://127.0.0.1:9999")));
    }

    [Fact]
    public void A_server_that_was_found_before_may_be_called_when_a_later_probe_gets_no_answer_of_it()
    {
        Probe(new ModelServer { Url = "http://127.0.0.1:11434" });
        var servers = new ModelServers([], _state);

        Probe();
        Probe(new ModelServer { Url = "http://127.0.0.1:8080" });

        Assert.True(servers.MayCall(new Uri("http://localhost:8080")));
        Assert.True(servers.MayCall(new Uri("http://127.0.0.1:11434")));
    }

    [Fact]
    public void A_host_that_has_probed_nothing_calls_nothing() => Assert.False(new ModelServers([], _state).MayCall(new Uri("http://127.0.0.1:11434")));

    private void Probe(params ModelServer[] servers) =>
        _state.Change(f => f with { Probed = new ProbeResult(new NodeCapability { ModelServers = servers }, 1, "linux", "amd64", []) });
}
