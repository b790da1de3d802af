using System.Net;

namespace Foreman.Primitives.Tests;

public class UrlAllowListTests
{
    private static readonly UrlAllowList List = UrlAllowList.Of(
        [new Uri("https://files.example/data/"), new Uri("http://10.1.2.3:8080/exact"), new Uri("http://minio.storage.svc:9000/")]);

    [Theory]
    [InlineData("https://files.example/data/a.txt", true)]
    [InlineData("https://FILES.example/data/sub/a.txt?v=1", true)]
    [InlineData("https://files.example/data", false)]
    [InlineData("https://files.example/database/a", false)]
    [InlineData("https://files.example/data/../secret", false)]
    [InlineData("https://files.example/data/%2e%2e/secret", false)]
    [InlineData("https://files.example/data/..%2fsecret", false)]
    [InlineData("https://files.example/data/..%5csecret", false)]
    [InlineData("https://files.example:8443/data/a", false)]
    [InlineData("http://files.example/data/a", false)]
    [InlineData("https://files.example.evil.example/data/a", false)]
    [InlineData("https://files.example@evil.example/data/a", false)]
    [InlineData("https://user:pw@files.example/data/a", false)]
    [InlineData("http://10.1.2.3:8080/exact", true)]
    [InlineData("http://10.1.2.3:8080/exact/below", true)]
    [InlineData("http://10.1.2.3:8080/exactly", false)]
    [InlineData("ftp://files.example/data/a", false)]
    public void A_url_is_allowed_below_a_prefix_of_the_same_server_only(string url, bool allowed) => Assert.Equal(allowed, List.Allows(new Uri(url)));

    [Theory]
    [InlineData("https://files.example/data/a", false)]
    [InlineData("http://10.1.2.3:8080/exact", true)]
    [InlineData("http://minio.storage.svc:9000/x", true)]
    [InlineData("http://10.9.9.9:8080/exact", false)]
    public void Private_addresses_are_reached_where_a_prefix_names_them(string url, bool allowed) => Assert.Equal(allowed, List.AllowsPrivate(new Uri(url)));

    [Theory]
    [InlineData("https://a.example/", true)]
    [InlineData("https://a.example/?q=1", false)]
    [InlineData("https://u@a.example/", false)]
    [InlineData("/data", false)]
    [InlineData("file:///data", false)]
    public void A_prefix_is_a_plain_url(string text, bool valid) => Assert.Equal(valid, UrlAllowList.ParsePrefix(text) is not null);

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("2606:4700::1111", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:a00:1::", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    public void Addresses_outside_of_the_public_internet_are_private(string address, bool isPrivate) => Assert.Equal(isPrivate, UrlAllowList.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("10.0.0.1", false)]
    public void Link_local_addresses_are_known(string address, bool expected) => Assert.Equal(expected, UrlAllowList.IsLinkLocal(IPAddress.Parse(address)));
}
