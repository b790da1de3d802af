using Foreman.Sandbox.Egress;

namespace Foreman.Sandbox.Tests.Egress;

public class EgressRulesTests
{
    [Theory]
    [InlineData("example.com", 443, true)]
    [InlineData("EXAMPLE.com.", 80, true)]
    [InlineData("example.com", 8080, false)]
    [InlineData("www.example.com", 443, false)]
    [InlineData("pkg.example.org", 443, true)]
    [InlineData("a.b.example.org", 80, true)]
    [InlineData("example.org", 443, false)]
    [InlineData("evilexample.org", 443, false)]
    [InlineData("example.org.evil.net", 443, false)]
    [InlineData("git.example.net", 9418, true)]
    [InlineData("git.example.net", 443, false)]
    [InlineData("169.254.169.254", 80, false)]
    [InlineData("metadata.google.internal", 80, false)]
    [InlineData("localhost", 80, false)]
    [InlineData("", 80, false)]
    public void Only_listed_names_and_ports_are_reachable(string host, int port, bool allowed)
    {
        var rules = EgressRules.Parse(["example.com", "*.example.org", "git.example.net:9418"], out var fault);

        Assert.Null(fault);
        Assert.Equal(allowed, rules.Refusal(host, port) is null);
    }

    [Fact]
    public void A_refusal_says_what_is_listed()
    {
        var rules = EgressRules.Parse(["example.com"], out _);

        Assert.Equal("it is not listed in the Agent's spec.egress, which has example.com", rules.Refusal("other.com", 443));
        Assert.Equal("port 22 is not listed in the Agent's spec.egress, which has example.com", rules.Refusal("example.com", 22));
        Assert.Equal("it is not listed in the Agent's spec.egress, which has no entries", EgressRules.None.Refusal("other.com", 443));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*.com")]
    [InlineData("com")]
    [InlineData("a.*.com")]
    [InlineData("http://example.com")]
    [InlineData("example.com/path")]
    [InlineData("example.com:0")]
    [InlineData("example.com:65536")]
    [InlineData("example.com:")]
    [InlineData("Example.com")]
    [InlineData("-a.example.com")]
    [InlineData("10.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("*.svc.cluster.local")]
    [InlineData("foo.internal")]
    [InlineData("exämple.com")]
    [InlineData("")]
    public void What_is_no_name_of_the_internet_is_refused_with_the_entry(string entry)
    {
        var rules = EgressRules.Parse(["example.com", entry], out var fault);

        Assert.StartsWith($"`{entry}` ", fault, StringComparison.Ordinal);
        Assert.True(rules.IsEmpty);
    }

    [Fact]
    public void A_list_that_is_too_long_is_refused()
    {
        _ = EgressRules.Parse([.. Enumerable.Range(0, EgressRules.MaxEntries + 1).Select(i => $"a{i}.example.com")], out var fault);

        Assert.Equal("it has 65 entries, at most 64 are allowed", fault);
    }
}
