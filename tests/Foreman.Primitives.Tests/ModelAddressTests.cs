namespace Foreman.Primitives.Tests;

[Trait("Kind", "7")]
public class ModelAddressTests
{
    [Theory]
    [InlineData("http://h:8080", "http://h:8080", "http://h:8080/v1", "http://h:8080")]
    [InlineData("http://H:8080/", "http://h:8080", "http://h:8080/v1", "http://h:8080")]
    [InlineData("http://h:8080/v1/", "http://h:8080", "http://h:8080/v1", "http://h:8080")]
    [InlineData("http://h/llm/v1", "http://h:80/llm/v1", "http://h:80/llm/v1", "http://h:80/llm")]
    [InlineData("http://h/engines/v1/chat/completions", "http://h:80/engines/v1", "http://h:80/engines/v1", "http://h:80/engines")]
    [InlineData("https://h/api/v1", "https://h:443/api/v1", "https://h:443/api/v1", "https://h:443/api")]
    [InlineData("https://h/v1beta/openai", "https://h:443/v1beta/openai", "https://h:443/v1beta/openai", "https://h:443/v1beta/openai")]
    [InlineData("http://[FD00::1]:1234/v1", "http://[fd00::1]:1234", "http://[fd00::1]:1234/v1", "http://[fd00::1]:1234")]
    public void An_address_has_one_form_and_one_root(string given, string url, string root, string native)
    {
        var address = ModelAddress.Of(new Uri(given));

        Assert.Equal((url, root, native), (address.Url, address.ApiRoot, address.Native));
        Assert.Equal(new Uri(root + "/chat/completions"), address.Resolve("chat/completions"));
        Assert.Equal(address, ModelAddress.Of(new Uri(address.Url)));
        Assert.True(ModelAddress.AreSame(new Uri(given), new Uri(root)));
    }

    [Theory]
    [InlineData("http://h:1", "http://h:1/v1")]
    [InlineData("http://h:1/llm/v1", "http://h:1/llm/v1")]
    [InlineData("http://h:1/llm", "http://h:1/llm/v1 http://h:1/llm")]
    public void A_path_without_a_version_may_be_the_root_or_lie_above_it(string given, string roots) =>
        Assert.Equal(roots.Split(' '), ModelAddress.Candidates(new Uri(given)).Select(a => a.ApiRoot));

    [Fact]
    public void Another_path_or_port_is_another_server()
    {
        Assert.False(ModelAddress.AreSame(new("http://h:1/a/v1"), new("http://h:1/v1")));
        Assert.False(ModelAddress.AreSame(new("http://h:1"), new("http://h:2")));
        Assert.False(ModelAddress.AreSame(new("http://h:80"), new("https://h:80")));
    }

    [Theory]
    [InlineData("http://localhost:1", "http://127.0.0.1:1/v1", true)]
    [InlineData("http://[::1]:1/v1/chat/completions", "http://localhost:1", true)]
    [InlineData("http://127.0.0.1:1", "http://[::1]:1", false)]
    [InlineData("http://localhost:1", "http://127.0.0.1:2", false)]
    [InlineData("http://localhost:1/a", "http://127.0.0.1:1/b", false)]
    [InlineData("http://localhost:1", "http://localhost.example:1", false)]
    [InlineData("file://localhost/x", "http://127.0.0.1:1", false)]
    [InlineData("http://good.example", "http://good.example@evil.example", false)]
    public void Localhost_is_whichever_loopback_address_the_server_listens_on(string one, string other, bool same)
    {
        Assert.Equal(same, ModelAddress.AreSame(new(one), new(other)));
        Assert.Equal(same, ModelAddress.AreSame(new(other), new(one)));
    }

    [Fact]
    public void The_host_can_be_exchanged() =>
        Assert.Equal("http://[::1]:8080/llm/v1", ModelAddress.Of(new("http://localhost:8080/llm/v1")).At("[::1]").Url);
}
