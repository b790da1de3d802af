using Foreman.Agent.Conformance;
using Foreman.Api;
using Foreman.Probes;

namespace Foreman.Agent.Tests.Conformance;

public sealed class ToolCallPlanTests
{
    private const string Url = "http://127.0.0.1:8080";
    private static readonly ServedModel Loaded = new() { Name = "m", Server = Url, Loaded = true };

    [Fact]
    public void A_loaded_model_is_tried_and_a_known_one_is_not()
    {
        var probed = Probed(true, ModelServerKind.VLlm, Loaded);

        Assert.Equal(Loaded, ToolCallPlan.Next(probed, _ => false)?.Model);
        Assert.Null(ToolCallPlan.Next(probed, _ => true));
        Assert.Null(ToolCallPlan.Next(null, _ => false));
    }

    [Fact]
    public void The_first_one_that_is_not_known_is_taken()
    {
        var other = Loaded with { Name = "n" };

        Assert.Equal(other, ToolCallPlan.Next(Probed(true, ModelServerKind.VLlm, Loaded, other), b => b.Model == "m")?.Model);
    }

    [Fact]
    public void A_loading_or_unhealthy_server_and_the_demo_are_left_alone()
    {
        Assert.Null(ToolCallPlan.Next(Probed(false, ModelServerKind.LlamaCpp, Loaded), _ => false));
        Assert.Null(ToolCallPlan.Next(Probed(true, ModelServerKind.Demo, Loaded), _ => false));
    }

    [Fact]
    public void A_model_that_is_not_in_memory_can_not_chat_or_is_busy_is_left_alone()
    {
        foreach (var model in (ServedModel[])
            [
                Loaded with { Loaded = false }, Loaded with { Loaded = null }, Loaded with { Capabilities = ["embedding"] }, Loaded with { Slots = 2, FreeSlots = 1 },
            ])
        {
            Assert.Null(ToolCallPlan.Next(Probed(true, ModelServerKind.LlamaCpp, model), _ => false));
        }

        Assert.NotNull(ToolCallPlan.Next(Probed(true, ModelServerKind.LlamaCpp, Loaded with { Slots = 2, FreeSlots = 2 }), _ => false));
    }

    private static ProbeResult Probed(bool healthy, ModelServerKind kind, params ServedModel[] models) => new(
        new NodeCapability { ModelServers = [new ModelServer { Url = Url, Kind = kind, Healthy = healthy }], Models = models }, 1, "linux", "amd64", [])
    {
        Builds = [.. models.Select(m => new ModelBuild(m.Server, m.Name, $"{kind} 1 {m.Name} -"))],
    };
}
