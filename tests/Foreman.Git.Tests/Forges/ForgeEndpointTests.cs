using Foreman.Git.Forges;

namespace Foreman.Git.Tests.Forges;

public class ForgeEndpointTests
{
    [Theory]
    [InlineData("github", null, "https://github.com/", "https://api.github.com/")]
    [InlineData("github", "https://github.com", "https://github.com/", "https://api.github.com/")]
    [InlineData("github", "https://api.github.com", "https://github.com/", "https://api.github.com/")]
    [InlineData("github", "https://ghe.example.com/", "https://ghe.example.com/", "https://ghe.example.com/api/v3/")]
    [InlineData("github", "https://ghe.example.com/api/v3", "https://ghe.example.com/", "https://ghe.example.com/api/v3/")]
    [InlineData("github", "https://acme.ghe.com", "https://acme.ghe.com/", "https://api.acme.ghe.com/")]
    [InlineData("gitlab", null, "https://gitlab.com/", "https://gitlab.com/api/v4/")]
    [InlineData("gitlab", "https://git.example.com:8443/gitlab/", "https://git.example.com:8443/gitlab/", "https://git.example.com:8443/gitlab/api/v4/")]
    [InlineData("gitea", "http://gitea.git.svc:3000", "http://gitea.git.svc:3000/", "http://gitea.git.svc:3000/api/v1/")]
    [InlineData("forgejo", "https://codeberg.org/api/v1/", "https://codeberg.org/", "https://codeberg.org/api/v1/")]
    public void The_api_of_a_forge_follows_from_its_url(string word, string? url, string web, string api)
    {
        var endpoint = ForgeEndpoint.Parse(word, url);

        Assert.Equal((web, api), (endpoint.Web.AbsoluteUri, endpoint.Api.AbsoluteUri));
    }

    [Theory]
    [InlineData("bitbucket", null, "github, gitea, forgejo or gitlab")]
    [InlineData("gitea", null, "--forge-url")]
    [InlineData("gitlab", "ftp://x", "no base URL")]
    [InlineData("gitlab", "https://user:secret@git.example.com", "without a login")]
    [InlineData("gitlab", "https://git.example.com/?a=b", "no base URL")]
    public void What_is_no_forge_is_refused_with_what_to_write(string word, string? url, string says)
    {
        var refused = Assert.Throws<FormatException>(() => ForgeEndpoint.Parse(word, url));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_api_may_be_called_at_another_address_than_its_pages_have()
    {
        var endpoint = ForgeEndpoint.Parse("gitlab", "http://gitlab.git.svc/lab", "https://git.example.com/lab");

        Assert.Equal(("https://git.example.com/lab/", "http://gitlab.git.svc/lab/api/v4/", "git.example.com"), (endpoint.Web.AbsoluteUri, endpoint.Api.AbsoluteUri, endpoint.Host));
        Assert.Throws<FormatException>(() => ForgeEndpoint.Parse("gitlab", "http://gitlab.git.svc", "git.example.com"));
        Assert.Throws<FormatException>(() => ForgeEndpoint.Parse("gitlab", "gitlab.git.svc", "https://git.example.com"));
    }

    [Fact]
    public void The_host_has_its_port_when_it_is_not_the_usual_one() =>
        Assert.Equal(("git.example.com:8443", "gitlab.com"), (ForgeEndpoint.Parse("gitlab", "https://git.example.com:8443").Host, ForgeEndpoint.Parse("gitlab", null).Host));
}
