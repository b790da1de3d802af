using System.Text;
using Foreman.Git;
using Foreman.Runner.Repositories;

namespace Foreman.Runner.Tests.Repositories;

public sealed class TokenKeysTests
{
    private static readonly TokenKeys Keys = new("token", "github.com");

    [Theory]
    [InlineData("token", "github.com")]
    [InlineData("git.example.com", "git.example.com")]
    [InlineData("Git.Example.com", "git.example.com")]
    [InlineData("git.example.com_8443", "git.example.com:8443")]
    [InlineData("localhost_3000", "localhost:3000")]
    [InlineData("127.0.0.1_3000", "127.0.0.1:3000")]
    [InlineData("10.0.0.7", "10.0.0.7")]
    public void A_key_names_the_host_of_its_token(string key, string host)
    {
        var tokens = Keys.TokensIn(Data((key, "abc\n")));

        Assert.Equal("abc", tokens[host]);
    }

    [Theory]
    [InlineData("username", "foreman")]
    [InlineData("GITHUB_TOKEN", "abc")]
    [InlineData("ssh-privatekey", "abc")]
    [InlineData(".dockerconfigjson", "{}")]
    [InlineData("git.example.com_0", "abc")]
    [InlineData("git.example.com_70000", "abc")]
    [InlineData("my_git.example.com", "abc")]
    [InlineData("id_rsa.", "abc")]
    [InlineData("zzz.ipv6-literal.net", "abc")]
    [InlineData("1.2.3.4.ipv6-literal.net_80", "abc")]
    [InlineData("..", "abc")]
    [InlineData("git.example.com", " \n")]
    [InlineData("token", "")]
    public void Other_keys_and_empty_values_are_no_tokens(string key, string value) => Assert.Empty(Keys.TokensIn(Data((key, value))));

    [Fact]
    public void A_key_that_names_the_default_forge_goes_before_the_common_one()
    {
        Assert.Equal("exact", Keys.TokensIn(Data(("token", "common"), ("github.com", "exact")))["github.com"]);
        Assert.Equal("exact", Keys.TokensIn(Data(("github.com", "exact"), ("token", "common")))["github.com"]);
    }

    [Fact]
    public void The_key_of_the_default_forge_may_have_any_name() =>
        Assert.Equal("abc", (Keys with { Common = "GITHUB_TOKEN" }).TokensIn(Data(("GITHUB_TOKEN", "abc"), ("token", "other")))["github.com"]);

    [Fact]
    public void A_value_that_is_too_long_is_no_token() => Assert.Empty(Keys.TokensIn(Data(("token", new string('x', 8193)))));

    [Theory]
    [InlineData("github.com", "token")]
    [InlineData("git.example.com", "git.example.com")]
    [InlineData("git.example.com:8443", "git.example.com_8443")]
    [InlineData("gitea", "gitea.")]
    [InlineData("gitea:3000", "gitea_3000")]
    [InlineData("git_443", "git__443.")]
    [InlineData("git:443", "git_443")]
    [InlineData("git_443:3000", "git__443_3000")]
    [InlineData("my_git.example.com", "my__git.example.com")]
    [InlineData("git.example_443", "git.example__443")]
    [InlineData("10.0.0.7:3000", "10.0.0.7_3000")]
    [InlineData("[::1]", "--1.ipv6-literal.net")]
    [InlineData("[::1]:3000", "--1.ipv6-literal.net_3000")]
    [InlineData("[2001:db8::a]:443", "2001-db8--a.ipv6-literal.net_443")]
    public void The_key_for_a_host_is_told_as_it_is_read(string host, string key)
    {
        Assert.Equal(key, Keys.KeyOf(host));
        Assert.Equal([host], Keys.TokensIn(Data((key, "abc"))).Keys);
        Assert.All(key, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
    }

    [Theory]
    [InlineData("https://gitea/o/r", "gitea.")]
    [InlineData("https://[0:0::1]:3000/o/r", "--1.ipv6-literal.net_3000")]
    [InlineData("https://[2001:DB8::A]/o/r", "2001-db8--a.ipv6-literal.net")]
    [InlineData("https://Git_443.example.com/o/r", "git__443.example.com")]
    public void The_key_fits_the_host_of_a_repositorys_address(string url, string key)
    {
        var host = RepositoryAddress.Parse(url, AddressRules.Default).Host;

        Assert.Equal(key, Keys.KeyOf(host));
        Assert.Equal("abc", Keys.TokensIn(Data((key, "abc")))[host]);
    }

    [Fact]
    public void A_value_that_is_none_is_told_from_one_that_is_not_there()
    {
        var reading = new TokenReading(Data(("token", " \n"), ("git.example.com", new string('x', 8193)), ("fine.example.com", "abc")), null) { Unreadable = new Dictionary<string, string> { ["gitea."] = "it is a folder" } };

        Assert.Equal("token is empty", Keys.FaultIn(reading, "github.com"));
        Assert.Equal("git.example.com has more than 8192 bytes", Keys.FaultIn(reading, "Git.example.com"));
        Assert.Equal("gitea. can't be read: it is a folder", Keys.FaultIn(reading, "gitea"));
        Assert.Null(Keys.FaultIn(reading, "fine.example.com"));
        Assert.Null(Keys.FaultIn(reading, "other.example.com"));
    }

    private static Dictionary<string, byte[]> Data(params (string Key, string Value)[] data) => data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value));
}
