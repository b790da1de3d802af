using System.Net;

namespace Foreman.Primitives.Tests;

public class BindAddressTests
{
    [Theory]
    [InlineData(":8081", "[::]:8081")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("localhost:2", "127.0.0.1:2")]
    [InlineData("[::1]:3", "[::1]:3")]
    public void Addresses_are_read_as_operators_write_them(string text, string expected) =>
        Assert.Equal(IPEndPoint.Parse(expected), BindAddress.Parse(text));

    [Theory]
    [InlineData("8081")]
    [InlineData("host:99999")]
    [InlineData("no-such-address:1")]
    public void What_is_no_address_is_none(string text) => Assert.Null(BindAddress.Parse(text));
}
