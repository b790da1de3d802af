namespace Foreman.Scheduling.Tests.Endpoints;

public class ServerUrlTests
{
    [Theory]
    [InlineData("http://qwen.default.svc.cluster.local:8080/v1/chat/completions", "http://qwen.default.svc.cluster.local:8080")]
    [InlineData("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("https://proxy.example/api/v1", "https://proxy.example/api/v1")]
    [InlineData("https://proxy.example/api/v1/chat/completions", "https://proxy.example/api/v1")]
    [InlineData("https://proxy.example/openai", "https://proxy.example/openai")]
    public void An_address_is_brought_to_the_bare_server_or_left_as_the_root_of_its_api(string written, string given) =>
        Assert.Equal(given, ServerUrl.Normalize(written));

    [Theory]
    [InlineData("http://Gateway:8080/v1/", "http://gateway:8080")]
    [InlineData("http://gateway:8080/v1/chat/completions", "http://gateway:8080")]
    [InlineData("https://proxy.example/api/v1", "https://proxy.example:443/api/v1")]
    [InlineData("http://127.0.0.1:8080", null)]
    [InlineData("http://localhost:8080", null)]
    [InlineData("train://qwen", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Addresses_that_mean_the_same_from_everywhere_have_one_form(string? written, string? form) => Assert.Equal(form, ServerUrl.Shared(written));

    [Theory]
    [Trait("Kind", "7")]
    [InlineData("http://h:80/v1/", "http://H", true)]
    [InlineData("http://localhost:8080/v1", "http://127.0.0.1:8080", true)]
    [InlineData("https://h/api/v1", "https://h/api", false)]
    [InlineData("http://h", "nothing", false)]
    [InlineData(null, null, false)]
    public void Two_addresses_are_the_same_server_as_they_are_for_a_runner(string? one, string? other, bool same) =>
        Assert.Equal(same, ServerUrl.Same(one, other));
}
