using Foreman.Testing;

namespace Foreman.Primitives.Tests;

[Trait("Kind", "7")]
public class EnvironmentProxyTests
{
    [Theory]
    [InlineData("http://10.9.9.1:8080", "http://p:3128/")]
    [InlineData("https://api.example", "http://q:3128/")]
    [InlineData("http://localhost:8080", null)]
    [InlineData("http://gpu.localhost:8080", null)]
    [InlineData("http://127.0.0.1:8080", null)]
    [InlineData("http://127.9.9.9:8080", null)]
    [InlineData("http://[::1]:8080", null)]
    [InlineData("https://direct.example/v1", null)]
    public void The_scheme_chooses_the_proxy_and_this_machine_needs_none(string url, string? proxy)
    {
        var rules = Read(("HTTP_PROXY", "http://p:3128"), ("https_proxy", "q:3128"), ("NO_PROXY", "direct.example"));

        Assert.Equal(proxy, rules.GetProxy(new Uri(url))?.ToString());
        Assert.Equal(proxy is null, rules.IsBypassed(new Uri(url)));
    }

    [Fact]
    public void Small_letters_win_and_one_for_all_is_the_last()
    {
        Assert.Equal("http://small:1/", Read(("HTTP_PROXY", "http://big:1"), ("http_proxy", "http://small:1")).GetProxy(new("http://a.example"))!.ToString());
        Assert.Equal("socks5://all:1080/", Read(("ALL_PROXY", "socks5h://all:1080")).GetProxy(new("https://a.example"))!.ToString());
        Assert.Null(Read(("HTTP_PROXY", " ")).GetProxy(new("http://a.example")));
    }

    [Theory]
    [InlineData("ftp://p:1")]
    [InlineData("http://")]
    [InlineData("://")]
    [InlineData("http://[::1")]
    [InlineData("p:99999")]
    public void What_is_no_proxy_is_none(string text) => Assert.Null(Read(("HTTP_PROXY", text)).GetProxy(new("http://a.example")));

    [Fact]
    public void A_login_goes_to_the_proxy_and_into_no_message()
    {
        var rules = Read(("HTTPS_PROXY", "http://some%40one:se%3Acret@p:3128"));
        var proxy = rules.GetProxy(new("https://a.example"))!;

        var login = rules.Credentials!.GetCredential(proxy, "Basic")!;

        Assert.Equal(("some@one", "se:cret"), (login.UserName, login.Password));
        Assert.Null(rules.Credentials.GetCredential(new Uri("http://other:3128"), "Basic"));
        Assert.Equal("http://p:3128 (HTTPS_PROXY)", rules.Describe(new("https://a.example")));
        Assert.Null(rules.Describe(new("https://localhost")));
    }

    [Fact]
    public async Task A_client_with_these_rules_asks_the_proxy_for_what_lies_outside_only()
    {
        using var proxy = new AnsweringServer(_ => "{}");
        using var handler = new SocketsHttpHandler { Proxy = Read(("http_proxy", proxy.Url), ("no_proxy", "192.0.2.0/24")) };
        using var http = new HttpClient(handler);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        Assert.Equal("{}", await http.GetStringAsync(new Uri("http://models.example:8080/v1/models"), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => http.GetStringAsync(new Uri("http://192.0.2.7:8080/v1/models"), limit.Token));

        Assert.Equal(["http://models.example:8080/v1/models"], proxy.Targets);
    }

    private static EnvironmentProxy Read(params (string Name, string Value)[] variables) =>
        EnvironmentProxy.Read(name => variables.FirstOrDefault(v => v.Name == name).Value);
}
