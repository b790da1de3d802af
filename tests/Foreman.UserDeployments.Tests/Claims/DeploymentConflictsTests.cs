using Foreman.Api;

namespace Foreman.UserDeployments.Tests.Claims;

public sealed class DeploymentConflictsTests
{
    [Fact]
    public void U13_Of_two_with_one_host_the_second_is_refused_and_the_first_is_not()
    {
        var (first, second) = (Of("first", 0, host: "x"), Of("second", 1, host: "x"));

        var refusal = Find(second, first, second);
        Assert.Equal(Reasons.HostTaken, refusal?.Reason);
        Assert.Contains("team/first", refusal?.Message, StringComparison.Ordinal);
        Assert.Null(Find(first, first, second));
    }

    [Fact]
    public void U13_Of_two_with_one_namespace_the_second_is_refused_and_the_first_is_not()
    {
        var (first, second) = (Of("first", 0, space: "x"), Of("second", 1, space: "x"));

        Assert.Equal(Reasons.NamespaceTaken, Find(second, first, second)?.Reason);
        Assert.Null(Find(first, first, second));
    }

    [Fact]
    public void U13_One_that_has_the_host_keeps_it_from_an_older_one()
    {
        var (older, holder) = (Of("older", 0, host: "x"), Of("holder", 1, host: "x"));
        holder = holder with { Status = new() { Urls = ["https://x.apps.example.com"] } };

        Assert.Equal(Reasons.HostTaken, Find(older, older, holder)?.Reason);
        Assert.Null(Find(holder, older, holder));
    }

    [Fact]
    public void Of_two_of_the_same_second_exactly_one_is_refused()
    {
        var (a, b) = (Of("a", 0, host: "x"), Of("b", 0, host: "x"));

        Assert.Null(Find(a, a, b));
        Assert.NotNull(Find(b, a, b));
    }

    [Fact]
    public void Different_hosts_and_namespaces_are_no_conflict() => Assert.Null(Find(Of("a", 1, host: "x"), Of("a", 1, host: "x"), Of("b", 0, host: "y"), Of("c", 0)));

    private static DeploymentRefusal? Find(UserDeployment deployment, params UserDeployment[] all) => DeploymentConflicts.Find(deployment, all, Given.Settings);

    private static UserDeployment Of(string name, int seconds, string? host = null, string? space = null)
    {
        var deployment = Given.Deployment(name, s => s with { TargetNamespace = space, Access = host is null ? null : new() { Mode = AccessMode.External, Host = host } });
        return deployment with { Metadata = deployment.Metadata with { CreationTimestamp = Given.Noon.AddSeconds(seconds) } };
    }
}
