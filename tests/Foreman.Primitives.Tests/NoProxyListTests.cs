namespace Foreman.Primitives.Tests;

[Trait("Kind", "7")]
public class NoProxyListTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.9.9.1", 80, true)]
    [InlineData("10.0.0.0/8", "11.9.9.1", 80, false)]
    [InlineData("10.1.2.3/8", "10.9.9.1", 80, true)]
    [InlineData("192.168.0.0/16, 10.0.0.0/8", "10.9.9.1", 80, true)]
    [InlineData("192.168.0.0/16 10.0.0.0/8", "10.9.9.1", 80, true)]
    [InlineData("10.0.0.0/33", "10.9.9.1", 80, false)]
    [InlineData("10.0.0.0/-1", "10.9.9.1", 80, false)]
    [InlineData("10.0.0.0/x", "10.9.9.1", 80, false)]
    [InlineData("0.0.0.0/0", "10.9.9.1", 80, true)]
    [InlineData("10.0.0.0/8", "::ffff:10.9.9.1", 80, true)]
    [InlineData("10.0.0.0/8", "10.example.com", 80, false)]
    [InlineData("10.9.9.1", "10.9.9.1", 80, true)]
    [InlineData("10.9.9.1:8080", "10.9.9.1", 8080, true)]
    [InlineData("10.9.9.1:8080", "10.9.9.1", 80, false)]
    [InlineData("fd00::/8", "fd12::7", 80, true)]
    [InlineData("fd00::/8", "fe80::7", 80, false)]
    [InlineData("[fd00::]/8", "fd12::7", 80, true)]
    [InlineData("::/0", "10.9.9.1", 80, false)]
    [InlineData("fd12::7", "fd12::7", 80, true)]
    [InlineData("[fd12::7]", "fd12:0:0::7", 80, true)]
    [InlineData("[fd12::7]:8080", "fd12::7", 8080, true)]
    [InlineData("[fd12::7]:8080", "fd12::7", 80, false)]
    [InlineData("[fe80::1%eth0]", "fe80::1%3", 80, true)]
    [InlineData("example.com", "example.com", 443, true)]
    [InlineData("example.com", "gpu.example.com", 443, true)]
    [InlineData("example.com", "badexample.com", 443, false)]
    [InlineData("Example.COM", "GPU.example.com.", 443, true)]
    [InlineData(".example.com", "gpu.example.com", 443, true)]
    [InlineData(".example.com", "example.com", 443, true)]
    [InlineData("*.example.com", "gpu.example.com", 443, true)]
    [InlineData("*.example.com", "example.org", 443, false)]
    [InlineData("gpu.example.com:8000", "gpu.example.com", 8000, true)]
    [InlineData("gpu.example.com:8000", "gpu.example.com", 443, false)]
    [InlineData("gpu.example.com:many", "gpu.example.com", 443, false)]
    [InlineData("*", "anything.example", 1, true)]
    [InlineData("a,*,b", "::1", 1, true)]
    [InlineData("", "example.com", 443, false)]
    [InlineData(" , ,, ", "example.com", 443, false)]
    [InlineData(".", "example.com", 443, false)]
    [InlineData("http://example.com", "example.com", 443, false)]
    public void Entries_are_read_as_curl_and_Go_programs_read_them(string list, string host, int port, bool direct) =>
        Assert.Equal(direct, NoProxyList.Parse(list).Contains(host, port));

    [Fact]
    public void A_list_that_is_not_set_excepts_nothing() => Assert.False(NoProxyList.Parse(null).Contains("example.com", 443));

    [Fact]
    public void Of_a_list_without_end_the_first_entries_count()
    {
        var list = NoProxyList.Parse(string.Join(',', Enumerable.Repeat("a.example", 100_000)));

        Assert.True(list.Contains("a.example", 80));
        Assert.False(list.Contains("b.example", 80));
    }
}
