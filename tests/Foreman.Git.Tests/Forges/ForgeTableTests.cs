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
    public void A_folder_has_no_forge() =>
        Assert.Equal(ForgeErrorKind.Refused, Table.Resolve(RepositoryAddress.Parse("/srv/widgets", new AddressRules(Table.Default.Web, AllowLocal: true))).Error?.Kind);

    [Fact]
    public async Task A_place_is_opened_with_the_credential_of_its_host()
    {
        var place = Table.Resolve(RepositoryAddress.Parse("https://lab.example.com:8443/group/widgets", AddressRules.Default)).Value!;
        var broker = new CredentialBroker(new Dictionary<string, GitCredential> { ["lab.example.com:8443"] = new("not plain") });

        _ = await Assert.ThrowsAsync<GitException>(() => place.OpenAsync(broker, new ForgeOptions(), TimeProvider.System, default));
        using var forge = await place.OpenAsync(CredentialBroker.None, new ForgeOptions(), TimeProvider.System, default);

        Assert.Equal(place.Endpoint, forge.Endpoint);
    }
}
