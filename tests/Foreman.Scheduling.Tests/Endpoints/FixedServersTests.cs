using Foreman.Api;

namespace Foreman.Scheduling.Tests.Endpoints;

[Trait("Kind", "7")]
public class FixedServersTests
{
    [Theory]
    [InlineData("http://gateway:8080/v1")]
    [InlineData("http://GATEWAY:8080")]
    public void An_override_without_a_model_takes_what_a_host_has_probed_there(string url)
    {
        var prober = Node("b", "http://127.0.0.1:8080", "http://gateway:8080", Given.Model("a-embed") with { Capabilities = ["embedding"] }, Given.Model("qwen", context: 8192) with { Id = "/m/qwen.gguf" });
        var model = Promised(url, Placement.Node, Given.Node("a", models: Given.Model("other")), prober);

        Assert.Equal(("qwen", "/m/qwen.gguf", ServerUrl.Normalize(url), 8192), (model.Name, model.Id, model.Url, model.ContextTokens));
    }

    [Fact]
    public void An_override_that_nobody_has_probed_leaves_the_choice_to_the_server()
    {
        var model = Promised("http://gateway:8080", Placement.Operator, Given.Node("a", models: Given.Model("other")));

        Assert.Equal(("", "http://gateway:8080", null, null), (model.Name, model.Url, model.Id, model.ContextTokens));
    }

    [Theory]
    [InlineData("http://localhost:8080", "http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", "http://[::1]:8080", true)]
    [InlineData("http://127.0.0.1:8080", "http://[::1]:8080", false)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8081", false)]
    public void A_loopback_override_is_what_the_host_itself_has_there(string url, string probed, bool same)
    {
        var node = Node("a", probed, null, Given.Model("qwen", context: 4096) with { Id = "/m/qwen.gguf" });

        var model = Promised(url, Placement.Operator, node);

        Assert.Equal(same ? ("qwen", "/m/qwen.gguf", 4096) : ("", null, (int?)null), (model.Name, model.Id, model.ContextTokens));
        Assert.Equal(url, model.Url);
    }

    private static PromisedModel Promised(string url, Placement placement, params FleetNode[] nodes)
    {
        var cluster = Given.Cluster(nodes, Given.Task("t").With(s => s with { Placement = placement })) with { Settings = new() { InferenceBaseUrlOverride = url } };
        return Given.Decide(cluster).Write("t").After.Status.Model!;
    }

    private static FleetNode Node(string name, string url, string? reachable, params ServedModel[] models)
    {
        var node = Given.Node(name);
        return node with
        {
            Status = node.Status! with
            {
                Capability = node.Status.Capability! with
                {
                    ModelServers = [new() { Url = url, ReachableURL = reachable, Kind = ModelServerKind.LlamaCpp }],
                    Models = [.. models.Select(m => m with { Server = url })],
                },
            },
        };
    }
}
