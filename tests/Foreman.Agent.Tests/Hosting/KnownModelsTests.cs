using Foreman.Agent.Hosting;
using Foreman.AgentLoop;
using Foreman.Api;

namespace Foreman.Agent.Tests.Hosting;

public sealed class KnownModelsTests
{
    private static readonly NodeCapability Found = new()
    {
        ModelServers =
        [
            new ModelServer { Url = "http://127.0.0.1:8080", Healthy = true },
            new ModelServer { Url = "http://127.0.0.1:8081", Healthy = true },
            new ModelServer { Url = "http://127.0.0.1:8082", Healthy = false },
            new ModelServer { Url = "http://127.0.0.1:8083", Healthy = true },
        ],
        Models =
        [
            new ServedModel { Name = "tiny", Id = "/models/tiny.gguf", Server = "http://127.0.0.1:8080", Loaded = true, PromptTokensPerSecond = 300 },
            new ServedModel { Name = "tiny", Server = "http://127.0.0.1:8081", Loaded = true, PromptTokensPerSecond = 200 },
            new ServedModel { Name = "tiny", Server = "http://127.0.0.1:8082", Loaded = true },
            new ServedModel { Name = "tiny", Server = "http://127.0.0.1:8083", Loaded = false },
            new ServedModel { Name = "other", Server = "http://127.0.0.1:8081", Loaded = true },
        ],
    };

    [Theory]
    [InlineData("tiny")]
    [InlineData("/models/tiny.gguf")]
    public void A_promised_model_gets_its_speed_and_the_healthy_servers_that_have_it_loaded(string name)
    {
        var filled = KnownModels.Fill(new ModelEndpoint(new Uri("http://localhost:8080"), name), Found);

        var other = Assert.Single(filled.Alternatives);
        Assert.Equal((300, "http://127.0.0.1:8081/", "tiny", 200), (filled.PromptTokensPerSecond, other.Url.ToString(), other.Name, other.PromptTokensPerSecond));
    }

    [Fact]
    public void An_endpoint_with_a_key_and_one_before_the_first_probe_stay_as_they_are()
    {
        var withKey = new ModelEndpoint(new Uri("http://127.0.0.1:8080"), "tiny", "key");
        var promised = new ModelEndpoint(new Uri("http://127.0.0.1:8080"), "tiny");

        Assert.Same(withKey, KnownModels.Fill(withKey, Found));
        Assert.Same(promised, KnownModels.Fill(promised, null));
    }
}
