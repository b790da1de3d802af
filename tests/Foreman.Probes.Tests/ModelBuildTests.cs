using Foreman.Api;
using Foreman.Testing;
using RealOllama = Foreman.Testing.OllamaServer;

namespace Foreman.Probes.Tests;

public class ModelBuildTests
{
    private static readonly ServerFinding Finding = ServerFinding.Healthy(
        ModelServerKind.LlamaCpp, "http://127.0.0.1:8080", "b11669", [new ServedModel { Name = "tiny", Id = "/models/tiny.gguf", Server = "http://127.0.0.1:8080" }]) with
    {
        Marks = new Dictionary<string, string> { ["tiny"] = "0123" },
    };

    [Fact]
    public void A_build_is_the_server_its_version_the_model_and_its_template() =>
        Assert.Equal(new ModelBuild("http://127.0.0.1:8080", "tiny", "llama.cpp b11669 /models/tiny.gguf 0123"), Assert.Single(ModelBuild.Of(Finding)));

    [Fact]
    public void A_server_that_tells_less_has_a_build_too()
    {
        var finding = ServerFinding.Healthy(ModelServerKind.Mlx, "http://127.0.0.1:8080", null, [new ServedModel { Name = "tiny", Server = "http://127.0.0.1:8080" }]);

        Assert.Equal("mlx - tiny -", Assert.Single(ModelBuild.Of(finding)).Build);
    }

    [Fact]
    public void A_mark_is_short_and_another_for_other_texts()
    {
        Assert.Equal(16, ModelBuild.Mark("a", null).Length);
        Assert.NotEqual(ModelBuild.Mark("a", "b"), ModelBuild.Mark("ab", ""));
    }

    [Fact]
    public async Task A_real_llama_server_with_another_template_is_another_build()
    {
        using var folder = new TempFolder();
        var template = folder.Write("other.jinja", "{{ messages[0].content }}");
        var server = await LlamaServer.SharedAsync();
        await using var other = await LlamaServer.StartAsync("--chat-template-file", template);

        var (build, again, changed) = (await BuildAsync(server.Port), await BuildAsync(server.Port), await BuildAsync(other.Port));

        Assert.Equal(build, again);
        Assert.NotEqual(build.Build, changed.Build);
        Assert.Equal(build.Build.Split(' ')[..3], changed.Build.Split(' ')[..3]);
    }

    [Fact]
    public async Task A_real_Ollama_tells_builds_apart_by_digest()
    {
        await using var server = await RealOllama.StartAsync();
        await server.CreatePlainModelAsync("plain");

        var result = await HostProbe.ProbeAsync(Options(server.Port), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(["plain:latest", "tiny:latest"], result.Builds.Select(b => b.Model).Order(StringComparer.Ordinal));
        Assert.Equal(2, result.Builds.Select(b => b.Build.Split(' ')[^1]).Where(d => d.Length == 64).Distinct().Count());
    }

    private static ProbeOptions Options(int port) => new() { Ports = [port], RequestTimeout = TimeSpan.FromSeconds(10) };

    private static async Task<ModelBuild> BuildAsync(int port)
    {
        var build = Assert.Single((await HostProbe.ProbeAsync(Options(port), TimeProvider.System, TestContext.Current.CancellationToken)).Builds);
        return build with { Server = "" };
    }
}
