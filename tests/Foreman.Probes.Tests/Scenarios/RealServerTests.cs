using System.Text;
using Foreman.Api;
using Foreman.Testing;
using ModelServer = Foreman.Testing.ModelServer;
using RealOllama = Foreman.Testing.OllamaServer;

namespace Foreman.Probes.Tests.Scenarios;

public class RealServerTests
{
    [Fact]
    public async Task A_real_llama_server_is_recognised_with_context_slots_and_measured_speed()
    {
        await using var server = await LlamaServer.StartAsync();
        await SayHelloAsync(server);

        var capability = (await ProbeAsync(server)).Capability;

        var found = Assert.Single(capability.ModelServers!);
        Assert.Equal((ModelServerKind.LlamaCpp, server.Url, true), (found.Kind, found.Url, found.Healthy));
        Assert.NotNull(found.Version);
        Assert.Null(found.ReachableURL);
        var model = Assert.Single(capability.Models!);
        Assert.Equal((server.ModelName, server.Url, true), (model.Name, model.Server, model.Loaded));
        Assert.Equal((2048, 2, 2), (model.ContextTokens, model.Slots, model.FreeSlots));
        Assert.True(model.Tools);
        Assert.False(model.Vision);
        Assert.True(model.DecodeTokensPerSecond > 0, "no speed");
        Assert.Equal(model.DecodeTokensPerSecond, capability.TokensPerSecond);
        Assert.Equal(2048, capability.MaxContextTokens);
        Assert.Equal([server.ModelName], capability.InstalledModels!);
    }

    [Fact]
    public async Task A_host_has_as_many_slots_as_its_llama_server()
    {
        var server = await LlamaServer.SharedAsync();

        Assert.Equal(2, (await ProbeAsync(server)).Slots);
        Assert.Equal(7, (await ProbeAsync(server, o => o with { MaxConcurrentTasks = 7 })).Slots);
    }

    [Fact]
    public async Task A_hanging_llama_server_keeps_its_result_once_and_is_unhealthy_the_second_time()
    {
        await using var server = await LlamaServer.StartAsync();
        using var probe = new HostProbe(Options(server) with { RequestTimeout = TimeSpan.FromMilliseconds(400) }, TimeProvider.System);
        await probe.ProbeAsync(TestContext.Current.CancellationToken);
        server.Hold();

        var once = Assert.Single((await probe.ProbeAsync(TestContext.Current.CancellationToken)).Capability.ModelServers!);
        var twice = Assert.Single((await probe.ProbeAsync(TestContext.Current.CancellationToken)).Capability.ModelServers!);
        server.Release();
        var after = Assert.Single((await probe.ProbeAsync(TestContext.Current.CancellationToken)).Capability.ModelServers!);

        Assert.Equal((true, false, true), (once.Healthy, twice.Healthy, after.Healthy));
        Assert.Equal(ModelServerKind.LlamaCpp, twice.Kind);
        Assert.Contains("has stopped answering", twice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_ollama_is_recognised_and_its_context_is_known_once_the_model_is_loaded()
    {
        await using var server = await RealOllama.StartAsync();

        var before = await ProbeAsync(server);
        await SayHelloAsync(server);
        var after = await ProbeAsync(server);

        var found = Assert.Single(before.Capability.ModelServers!);
        Assert.Equal((ModelServerKind.Ollama, true), (found.Kind, found.Healthy));
        var (installed, loaded) = (Assert.Single(before.Capability.Models!), Assert.Single(after.Capability.Models!));
        Assert.Equal((server.ModelName, false, null), (installed.Name, installed.Loaded, installed.ContextTokens));
        Assert.Equal((server.ModelName, true, 2048), (loaded.Name, loaded.Loaded, loaded.ContextTokens));
        Assert.True(loaded.Tools);
        Assert.Equal(1, after.Slots);
    }

    [Fact]
    public async Task A_server_that_listens_on_all_addresses_can_be_reached_from_other_hosts()
    {
        await using var server = await LlamaServer.StartAsync("--host", "0.0.0.0");

        var found = Assert.Single((await ProbeAsync(server, o => o with { Reachable = new ReachableHosts("gpu-1.example") })).Capability.ModelServers!);

        Assert.Equal($"http://gpu-1.example:{server.Port}", found.ReachableURL);
    }

    private static ProbeOptions Options(ModelServer server) =>
        new() { Ports = [server.Port], RequestTimeout = TimeSpan.FromSeconds(10) };

    private static Task<ProbeResult> ProbeAsync(ModelServer server, Func<ProbeOptions, ProbeOptions>? change = null) => HostProbe.ProbeAsync(
        (change ?? (o => o))(Options(server)), TimeProvider.System, TestContext.Current.CancellationToken);

    private static async Task SayHelloAsync(ModelServer server)
    {
        using var http = new HttpClient();
        using var question = new StringContent(
            $$"""{"model": "{{server.ModelName}}", "messages": [{"role": "user", "content": "Say hello to everybody here"}], "temperature": 0}""",
            Encoding.UTF8,
            "application/json");
        using var answer = await http.PostAsync(new Uri($"{server.Url}/v1/chat/completions"), question, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
