using Foreman.Git.Forges;
using Foreman.Testing;

namespace Foreman.Git.Tests.Forges;

public sealed class ForgesFileTests
{
    private static readonly ForgeEndpoint Default = ForgeEndpoint.Parse("gitlab", "https://lab.example.com");

    [Fact]
    public void Each_line_names_a_forge()
    {
        var file = ForgesFile.Parse("# ours\n\ngitea https://git.example.com\r\n  github\thttps://ghe.example.com/api/v3  \nforgejo http://forgejo.git.svc:3000 https://code.example.com/forge\n", "forges", Default);

        Assert.Empty(file.Faults);
        Assert.Equal(
            [
                (ForgeKind.Gitea, "https://git.example.com/", "https://git.example.com/api/v1/"),
                (ForgeKind.GitHub, "https://ghe.example.com/", "https://ghe.example.com/api/v3/"),
                (ForgeKind.Gitea, "https://code.example.com/forge/", "http://forgejo.git.svc:3000/api/v1/"),
            ],
            file.Forges.Select(f => (f.Kind, f.Web.AbsoluteUri, f.Api.AbsoluteUri)));
    }

    [Theory]
    [InlineData("gitea", "KIND URL [WEB-URL]")]
    [InlineData("gitea https://a.example.com https://b.example.com more", "KIND URL [WEB-URL]")]
    [InlineData("bitbucket https://a.example.com", "github, gitea, forgejo or gitlab, not bitbucket")]
    [InlineData("gitea a.example.com", "base URLs with http or https")]
    [InlineData("gitea https://me:hunter2@a.example.com", "without a login")]
    [InlineData("gitea https://a.example.com https://b.example.com/?x=y", "without a login, a query")]
    [InlineData("gitlab https://LAB.example.com/", "--forge and --forge-url name https://lab.example.com/ too")]
    [InlineData("gitea https://first.example.com/api/v1", "line 1 names https://first.example.com/ too")]
    public void A_bad_line_is_told_with_its_number_and_what_is_expected(string line, string expected)
    {
        var file = ForgesFile.Parse($"gitea https://first.example.com\n{line}\ngitea https://last.example.com\n", "/etc/forges", Default);

        var fault = Assert.Single(file.Faults);
        Assert.Equal("/etc/forges line 2", fault.Where);
        Assert.Contains(expected, fault.Expected, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Expected, StringComparison.Ordinal);
        Assert.Equal(["first.example.com", "last.example.com"], file.Forges.Select(f => f.Host));
    }

    [Fact]
    public void Each_bad_line_is_told()
    {
        var file = ForgesFile.Parse("svn https://a.example.com\ngitea b\n", "forges", Default);

        Assert.Equal(["forges line 1", "forges line 2"], file.Faults.Select(f => f.Where));
    }

    [Fact]
    public void A_file_that_can_not_be_read_or_is_too_large_is_told()
    {
        using var folder = new TempFolder();
        var large = folder.Write("large", new string('#', (64 << 10) + 1));
        var many = folder.Write("many", string.Concat(Enumerable.Range(1, 101).Select(i => FormattableString.Invariant($"gitea https://h{i}.example.com\n"))));

        Assert.Equal("a file that can be read", Assert.Single(ForgesFile.Read(folder["none"], Default).Faults).Expected);
        Assert.Equal("a file of at most 64 KiB", Assert.Single(ForgesFile.Read(large, Default).Faults).Expected);
        Assert.Equal("at most 100 forges", Assert.Single(ForgesFile.Read(many, Default).Faults).Expected);
        Assert.Equal("lab2.example.com", Assert.Single(ForgesFile.Read(folder.Write("one", "gitlab https://lab2.example.com"), Default).Forges).Host);
    }
}
