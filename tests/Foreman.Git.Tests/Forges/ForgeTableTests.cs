using Foreman.Git.Forges;

namespace Foreman.Git.Tests.Forges;

public class ForgeTableTests
{
    private static readonly ForgeTable Table = new(ForgeEndpoint.Parse("gitea", "https://git.example.com/forge"))
    {
        Others = [ForgeEndpoint.Parse("gitlab", "https://lab.example.com:8443")],
    };

    [Theory]
    [InlineData("acme/widgets", ForgeKind.Gitea, "acme/widgets")]
    [InlineData("https://git.example.com/forge/acme/widgets.git", ForgeKind.Gitea, "acme/widgets")]
    [InlineData("https://lab.example.com:8443/group/sub/widgets", ForgeKind.GitLab, "group/sub/widgets")]
    [InlineData("https://github.com/acme/widgets", ForgeKind.GitHub, "acme/widgets")]
    [InlineData("https://codeberg.org/acme/widgets", ForgeKind.Gitea, "acme/widgets")]
    public void The_host_says_which_forge_it_is(string address, ForgeKind kind, string name)
    {
        var place = Table.Resolve(RepositoryAddress.Parse(address, new AddressRules(Table.Default.Web))).Value!;

        Assert.Equal((kind, name), (place.Endpoint.Kind, place.Repository.FullName));
    }

    [Theory]
    [InlineData("https://git.example.com/acme/widgets")]
    [InlineData("https://lab.example.com/acme/widgets")]
    [InlineData("https://unknown.example.com/acme/widgets")]
    public void A_host_that_nothing_names_is_refused(string address)
    {
        var result = Table.Resolve(RepositoryAddress.Parse(address, new AddressRules(Table.Default.Web)));

        Assert.Equal(ForgeErrorKind.Refused, result.Error?.Kind);
        Assert.Contains("--forge", result.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_forges_below_paths_of_one_host_the_nearest_is_meant()
    {
        var table = new ForgeTable(ForgeEndpoint.Parse("gitlab", "https://git.example.com")) { Others = [ForgeEndpoint.Parse("gitea", "https://git.example.com/tea")] };
        var rules = new AddressRules(table.Default.Web);

        var inner = table.Resolve(RepositoryAddress.Parse("https://git.example.com/tea/acme/widgets", rules)).Value!;
        var outer = table.Resolve(RepositoryAddress.Parse("https://git.example.com/group/acme/widgets", rules)).Value!;

        Assert.Equal((ForgeKind.Gitea, "acme/widgets"), (inner.Endpoint.Kind, inner.Repository.FullName));
        Assert.Equal((ForgeKind.GitLab, "group/acme/widgets"), (outer.Endpoint.Kind, outer.Repository.FullName));
    }

    [Fact]
    public void Hosts_that_were_configured_with_http_are_told() => Assert.Equal(
        ["gitea.git.svc:3000"],
        (Table with { Others = [ForgeEndpoint.Parse("gitea", "http://gitea.git.svc:3000"), ForgeEndpoint.Parse("gitea", "http://other.git.svc", "https://other.example.com")] }).PlainHosts);

    [Fact]
    public void A_folder_has_no_forge() =>
        Assert.Equal(ForgeErrorKind.Refused, Table.Resolve(RepositoryAddress.Parse("/srv/widgets", new AddressRules(Table.Default.Web, AllowLocal: true))).Error?.Kind);
}
