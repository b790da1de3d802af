using System.Text;
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
    public void The_key_for_a_host_is_told_as_it_is_read(string host, string key)
    {
        Assert.Equal(key, Keys.KeyOf(host));
        Assert.Equal("abc", Keys.TokensIn(Data((key, "abc")))[host]);
    }

    private static Dictionary<string, byte[]> Data(params (string Key, string Value)[] data) => data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value));
}
