using System.Text;
using Foreman.Testing.Forges;

namespace Foreman.Testing.Tests.Forges;

public class ForgeServerTests
{
    [Theory]
    [InlineData("GET", "repos/acme/widgets/unknown", null)]
    [InlineData("GET", "repos/acme/widgets/pulls?state=open&unknown=1", null)]
    [InlineData("POST", "repos/acme/widgets/pulls", """{"head":"x"}""")]
    [InlineData("POST", "repos/acme/widgets/pulls", """{"head":"x","base":"main","title":"t","unknown":1}""")]
    public async Task Requests_that_are_not_documented_fail_the_test(string method, string path, string? body)
    {
        using var server = new GiteaServer("token", TimeProvider.System);
        _ = server.Store.Add("acme/widgets");

        var status = await SendAsync(server, method, $"api/v1/{path}", body, ("Authorization", "token token"), ("Accept", "application/json"));

        Assert.Equal(418, status);
        _ = Assert.Throws<InvalidOperationException>(server.Verify);
    }

    [Theory]
    [InlineData("User-Agent")]
    [InlineData("X-GitHub-Api-Version")]
    [InlineData("Accept")]
    public async Task Requests_without_a_header_that_is_asked_for_fail_the_test(string missing)
    {
        using var server = new GitHubServer("token", TimeProvider.System);
        _ = server.Store.Add("acme/widgets").AddIssue(1, "t", "");
        (string, string)[] headers = [("Authorization", "Bearer token"), ("User-Agent", "x"), ("X-GitHub-Api-Version", "2022-11-28"), ("Accept", "application/vnd.github+json")];

        var whole = await SendAsync(server, "GET", "api/v3/repos/acme/widgets/issues/1", null, headers);
        server.Verify();
        var cut = await SendAsync(server, "GET", "api/v3/repos/acme/widgets/issues/1", null, [.. headers.Where(h => h.Item1 != missing)]);

        Assert.Equal((200, 418), (whole, cut));
        _ = Assert.Throws<InvalidOperationException>(server.Verify);
    }

    [Fact]
    public async Task Another_token_is_refused_and_is_no_fault_of_the_test()
    {
        using var server = new GitLabServer("token", TimeProvider.System);

        Assert.Equal(401, await SendAsync(server, "GET", "api/v4/projects/1", null, ("PRIVATE-TOKEN", "other"), ("Accept", "application/json")));
        server.Verify();
    }

    private static async Task<int> SendAsync(ForgeServer server, string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{server.Url}/{path}"));
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
