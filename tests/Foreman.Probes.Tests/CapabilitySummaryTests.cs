using Foreman.Api;

namespace Foreman.Probes.Tests;

public class CapabilitySummaryTests
{
    [Theory]
    [InlineData("cuda", "vulkan", "cuda")]
    [InlineData("vulkan", "metal", "metal")]
    [InlineData("vulkan", "vulkan", "vulkan")]
    public void The_accelerator_kind_summarizes_all_devices(string one, string other, string word) =>
        Assert.Equal(word, CapabilitySummary.Summarize([Device(one), Device(other)]).Value);

    [Fact]
    public void A_device_that_cannot_be_used_does_not_count()
    {
        Assert.Equal(Accelerator.Vulkan, CapabilitySummary.Summarize([Device("cuda", healthy: false), Device("vulkan")]));
        Assert.Equal(Accelerator.None, CapabilitySummary.Summarize([Device("cuda", healthy: false)]));
        Assert.Equal(Accelerator.None, CapabilitySummary.Summarize([]));
    }

    [Fact]
    public void GB_are_GiB_rounded_down()
    {
        var facts = new HostFacts { Memory = new HostMemory((64 * Units.GiB) - 1, Units.GiB + 5, 0), AgentMemoryLimit = 2 * Units.GiB };

        var capability = CapabilitySummary.Of(facts, []);

        Assert.Equal((63, 1, 0, 2), (capability.TotalRAMGB, capability.AvailableRAMGB, capability.SwapUsedGB, capability.AgentMemoryLimitGB));
    }

    [Fact]
    public void A_limit_above_the_RAM_of_the_host_is_none()
    {
        var capability = CapabilitySummary.Of(new HostFacts { Memory = new HostMemory(126 * Units.GiB, 125 * Units.GiB, 0), AgentMemoryLimit = 128 * Units.GiB }, []);

        Assert.Null(capability.AgentMemoryLimitGB);
        Assert.Equal(128, CapabilitySummary.Of(new HostFacts { AgentMemoryLimit = 128 * Units.GiB }, []).AgentMemoryLimitGB);
    }

    [Fact]
    public void Only_loaded_models_count_for_context_and_speed()
    {
        var finding = Server(
            new ServedModel { Name = "a", Loaded = true, ContextTokens = 8192, DecodeTokensPerSecond = 30 },
            new ServedModel { Name = "b", Loaded = false, ContextTokens = 131072, DecodeTokensPerSecond = 90 });

        var capability = CapabilitySummary.Of(new HostFacts(), [finding]);

        Assert.Equal((8192, 30), (capability.MaxContextTokens, capability.TokensPerSecond));
        Assert.Equal(["a", "b"], capability.InstalledModels!);
    }

    [Fact]
    public void Slots_are_the_sum_over_healthy_servers_and_one_where_unknown()
    {
        var llama = Server(new ServedModel { Name = "a", Loaded = true, Slots = 4 });
        var ollama = Server(new ServedModel { Name = "b", Loaded = true }, new ServedModel { Name = "c", Loaded = false });

        Assert.Equal(5, CapabilitySummary.Slots(null, [llama, ollama, ServerFinding.Unhealthy(null, "http://x", "down")]));
        Assert.Equal(1, CapabilitySummary.Slots(null, []));
        Assert.Equal(9, CapabilitySummary.Slots(9, [llama]));
    }

    [Fact]
    [Trait("Kind", "12")]
    public void A_speed_that_was_never_measured_is_absent_and_not_zero()
    {
        var capability = CapabilitySummary.Of(new HostFacts(), [Server(new ServedModel { Name = "a", Loaded = true })]);

        Assert.Null(capability.TokensPerSecond);
        Assert.DoesNotContain(
            "PerSecond",
            System.Text.Json.JsonSerializer.Serialize(new FleetNodeStatus { Capability = capability }, ApiJson.Default.FleetNodeStatus),
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "7")]
    public void A_server_without_a_model_that_can_chat_gives_no_slot()
    {
        var embeds = Server(new ServedModel { Name = "bge-m3", Loaded = true, Slots = 4 });
        var chats = Server(new ServedModel { Name = "a", Loaded = true, Slots = 2 });

        Assert.Equal(2, CapabilitySummary.Slots(null, [embeds, chats]));
        Assert.Equal(1, CapabilitySummary.Slots(null, [embeds]));
    }

    private static ServerFinding Server(params ServedModel[] models) => ServerFinding.Healthy(ModelServerKind.OpenAI, "http://127.0.0.1:1", null, models);

    private static AcceleratorDevice Device(string kind, bool healthy = true) => new() { Name = kind, Kind = new Accelerator(kind), Healthy = healthy };
}
