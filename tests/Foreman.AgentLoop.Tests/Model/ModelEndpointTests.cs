using Foreman.Primitives;

namespace Foreman.AgentLoop.Tests.Model;

[Trait("Kind", "7")]
public class ModelEndpointTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1/chat/completions")]
    [InlineData("http://h/llm/v1", "http://h/llm/v1/chat/completions")]
    [InlineData("http://h/engines/v1/", "http://h/engines/v1/chat/completions")]
    [InlineData("https://h/api/v1", "https://h/api/v1/chat/completions")]
    [InlineData("https://h/openai", "https://h/openai/chat/completions")]
    public void The_address_that_was_probed_is_the_one_that_is_called(string url, string called) =>
        Assert.Equal(new Uri(called), new ModelEndpoint(new Uri(url), "m").Resolve("chat/completions"));

    [Fact]
    public void A_message_names_the_proxy_and_no_key()
    {
        var endpoint = new ModelEndpoint(new Uri("http://192.0.2.7:8080"), "m\u001b[2J", "secret")
        {
            Proxies = EnvironmentProxy.Read(name => name == "HTTP_PROXY" ? "http://u:p@proxy:3128" : null),
        };

        Assert.Equal("m\\u001b[2J at http://192.0.2.7:8080 (through the proxy http://proxy:3128 (HTTP_PROXY))", endpoint.ToString());
        Assert.Equal("the model at http://127.0.0.1:1", new ModelEndpoint(new Uri("http://127.0.0.1:1"), "").ToString());
    }
}
