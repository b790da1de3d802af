namespace Foreman.Git.Tests;

public class RepositoryAddressTests
{
    private static readonly AddressRules Rules = AddressRules.Default;

    [Theory]
    [InlineData("octo/hello", "https://github.com/octo/hello.git", "github.com", "octo/hello")]
    [InlineData("octo/hello.git", "https://github.com/octo/hello.git", "github.com", "octo/hello")]
    [InlineData("https://GitLab.example.com:8443/a/b/c", "https://gitlab.example.com:8443/a/b/c", "gitlab.example.com:8443", "a/b/c")]
    [InlineData("https://codeberg.org/a/b.git/", "https://codeberg.org/a/b.git", "codeberg.org", "a/b")]
    [InlineData("http://127.0.0.1:3000/a/b", "http://127.0.0.1:3000/a/b", "127.0.0.1:3000", "a/b")]
    [InlineData("https://[::1]:3000/a/b", "https://[::1]:3000/a/b", "[::1]:3000", "a/b")]
    public void An_address_is_read(string text, string url, string host, string name)
    {
        var address = RepositoryAddress.Parse(text, Rules);

        Assert.Equal((url, host, name, false), (address.Url, address.Host, address.FullName, address.IsLocal));
    }

    [Fact]
    public void Owner_and_name_lie_on_the_default_forge()
    {
        var address = RepositoryAddress.Parse("octo/hello", new AddressRules(new Uri("https://git.example.com/forge/")));

        Assert.Equal(("https://git.example.com/forge/octo/hello.git", "forge/octo", "hello"), (address.Url, address.Owner, address.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("a/b/c")]
    [InlineData("../up")]
    [InlineData("-o/name")]
    [InlineData("owner/--upload-pack=x")]
    [InlineData("owner/..")]
    [InlineData("owner/na me")]
    [InlineData("owner/name\n")]
    [InlineData("git@github.com:octo/hello")]
    [InlineData("ssh://git@github.com/octo/hello")]
    [InlineData("git://github.com/octo/hello")]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("ext::sh/x")]
    [InlineData("https://user:token@github.com/octo/hello")]
    [InlineData("https://github.com/octo/hello?x=1")]
    [InlineData("https://github.com/octo")]
    [InlineData("https://github.com/octo/.git")]
    [InlineData("http://github.com/octo/hello")]
    [InlineData("/srv/repository")]
    [InlineData("file:///srv/repository")]
    [InlineData("file://host/srv/repository")]
    public void Everything_else_is_refused(string text)
    {
        var refused = Assert.Throws<GitException>(() => RepositoryAddress.Parse(text, Rules));

        Assert.True(refused.Fault is GitFault.BadAddress or GitFault.NotAllowed, refused.Message);
        Assert.DoesNotContain("token@", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/srv/my repository/", "file:///srv/my%20repository")]
    [InlineData("file:///srv/my%20repository", "file:///srv/my%20repository")]
    public void A_folder_is_an_address_where_that_is_allowed(string text, string url)
    {
        var address = RepositoryAddress.Parse(text, Rules with { AllowLocal = true });

        Assert.Equal((url, "/srv/my repository", "my repository", ""), (address.Url, address.LocalPath, address.FullName, address.Host));
    }

    [Theory]
    [InlineData("box", "file://box/srv/my%20repository")]
    [InlineData("BOX", "file://box/srv/my%20repository")]
    [InlineData("no_name!", "file:///srv/my%20repository")]
    public void A_file_url_may_name_this_host(string machine, string url)
    {
        Assert.Equal(url, RepositoryAddress.FileUrl("/srv/my repository", machine));

        var address = RepositoryAddress.Parse(url, Rules with { AllowLocal = true, Machine = machine });

        Assert.Equal(("file:///srv/my%20repository", "/srv/my repository"), (address.Url, address.LocalPath));
    }

    [Fact]
    public void A_folder_of_another_host_is_none_of_this_one()
    {
        var refused = Assert.Throws<GitException>(() => RepositoryAddress.Parse("file://attic/srv/repository", Rules with { AllowLocal = true, Machine = "box" }));

        Assert.Equal(GitFault.NotAllowed, refused.Fault);
        Assert.Contains("is a folder of attic, and this host is box", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Http_to_other_hosts_needs_permission() =>
        Assert.Equal("http://git.lab/a/b", RepositoryAddress.Parse("http://git.lab/a/b", Rules with { AllowPlainHttp = true }).Url);

    [Fact]
    public void Http_may_be_permitted_to_one_host_only()
    {
        var rules = Rules with { PlainHosts = ["git.lab:3000"] };

        Assert.Equal("http://git.lab:3000/a/b", RepositoryAddress.Parse("http://git.lab:3000/a/b", rules).Url);
        Assert.Equal(GitFault.NotAllowed, Assert.Throws<GitException>(() => RepositoryAddress.Parse("http://git.lab/a/b", rules)).Fault);
        Assert.Equal(GitFault.NotAllowed, Assert.Throws<GitException>(() => RepositoryAddress.Parse("http://github.com/a/b", rules)).Fault);
    }
}
