using Foreman.Api;

namespace Foreman.UserDeployments.Tests.Claims;

public sealed class DeploymentTargetTests
{
    [Fact]
    public void Without_access_there_is_a_namespace_and_no_host()
    {
        var target = DeploymentTarget.Of(Given.Deployment(), Given.Settings);

        Assert.Equal(("ud-shop-shop-uid", null, null), (target.Namespace, target.Host, target.Url));
        Assert.Empty(target.Faults);
        Assert.Equal("mine", DeploymentTarget.Of(Given.Deployment("shop", s => s with { TargetNamespace = "mine" }), Given.Settings).Namespace);
    }

    [Theory]
    [InlineData(null, "https://shop-team.apps.example.com")]
    [InlineData("a", "https://a.apps.example.com")]
    [InlineData("a.b.apps.example.com", "https://a.b.apps.example.com")]
    [InlineData("apps.example.com", "https://apps.example.com")]
    public void Hosts_lie_below_the_domain(string? host, string url) => Assert.Equal(url, Of(host).Url);

    [Theory]
    [InlineData("example.com")]
    [InlineData("evilapps.example.com")]
    [InlineData("a.example.org")]
    [InlineData("A")]
    [InlineData("a`) || Host(`b")]
    [InlineData("*")]
    public void Others_are_refused(string host)
    {
        var target = Of(host);

        Assert.Null(target.Host);
        Assert.Contains("at or below apps.example.com", Assert.Single(target.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_domain_nothing_is_exposed() => Assert.Contains(
        "DEPLOYMENT_DOMAIN", Assert.Single(DeploymentTarget.Of(Given.Deployment("shop", Given.Exposed), Given.Settings with { Domain = null }).Faults), StringComparison.Ordinal);

    private static DeploymentTarget Of(string? host) =>
        DeploymentTarget.Of(Given.Deployment("shop", s => s with { Access = new() { Mode = AccessMode.External, Host = host } }), Given.Settings);
}
