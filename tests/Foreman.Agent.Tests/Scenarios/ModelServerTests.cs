using Foreman.Api;
using Foreman.Agent.Tests.Support;
using Foreman.Testing;
using ModelServer = Foreman.Api.ModelServer;

namespace Foreman.Agent.Tests.Scenarios;

/// <summary>What a FleetNode says of model servers that come, go and lie.</summary>
public class ModelServerTests
{
    [Theory, DevCluster]
    [Trait("Kind", "12")]
    public async Task A_model_server_that_ends_shows_on_the_node_with_its_time_and_what_it_served_is_gone(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var first = new AnsweringServer(Serving);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--model-url", first.Url, "--heartbeat-interval=1s");
        await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Capability?.MaxContextTokens == 4096, "the model to be there");

        first.Dispose();
        var down = await fleet.WhenNodeAsync(agent.Node, n => Server(n, first.Url)?.Healthy == false, "the server to be reported as gone");
        using var again = new AnsweringServer(Serving, first.Port);
        await fleet.WhenNodeAsync(agent.Node, n => Server(n, first.Url) is { Healthy: true, Reason: null } && n.Status!.Capability!.Models!.Count == 1, "the server to be reported as back");

        Assert.StartsWith("it has stopped answering since 20", Server(down, first.Url)!.Reason, StringComparison.Ordinal);
        Assert.Empty(down.Status!.Capability!.Models ?? []);
        Assert.Null(down.Status.Capability.MaxContextTokens);
        Assert.Null(down.Status.Capability.TokensPerSecond);
        await agent.Process.WaitForLineAsync("No longer: model server");
    }

    [Theory, DevCluster]
    [Trait("Kind", "2")]
    public async Task A_name_that_is_no_text_ends_no_agent(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var server = new AnsweringServer(path => path == "/v1/models" ? """{"data":[{"id":"caf\ud83d\u202e"}]}""" : null);

        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--model-url", server.Url);

        var node = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Capability?.Models is { Count: 1 }, "the model to be there");
        Assert.Equal("caf\ufffd\\u202e", node.Status!.Capability!.Models![0].Name);
    }

    private static string? Serving(string path) => path == "/v1/models" ? """{"data":[{"id":"m","max_model_len":4096}]}""" : null;

    private static ModelServer? Server(FleetNode node, string url) => node.Status?.Capability?.ModelServers?.FirstOrDefault(s => s.Url == url);
}
