using System.Text;
using Foreman.Sandbox.Egress;

namespace Foreman.Sandbox.Tests.Egress;

public class EgressRequestTests
{
    [Theory]
    [InlineData("CONNECT example.com:443 HTTP/1.1\r\n\r\n", "example.com", 443)]
    [InlineData("CONNECT [2606:4700::1]:443 HTTP/1.1\r\n\r\n", "2606:4700::1", 443)]
    public void A_tunnel_names_host_and_port(string head, string host, int port)
    {
        var request = EgressRequest.Parse(head, out var fault);

        Assert.Null(fault);
        Assert.Equal(new EgressRequest(host, port, null), request);
    }

    [Fact]
    public void A_plain_request_is_rewritten_to_ask_the_host_that_was_allowed()
    {
        var request = EgressRequest.Parse(
            "GET http://example.com:8080/a?b=c HTTP/1.1\r\nHost: other.com\r\nProxy-Authorization: Basic x\r\nProxy-Connection: keep-alive\r\nAccept: */*\r\n\r\n", out _)!;

        Assert.Equal(("example.com", 8080), (request.Host, request.Port));
        Assert.Equal("GET /a?b=c HTTP/1.1\r\nHost: example.com:8080\r\nConnection: close\r\nAccept: */*\r\n\r\n", Encoding.ASCII.GetString(request.Forward!));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET ftp://example.com/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://user:secret@example.com/ HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT example.com HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT example.com:0 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT :443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT example.com:443 HTTP/2\r\n\r\n")]
    [InlineData("CONNECT exa\0mple.com:443 HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    public void What_is_no_request_to_a_proxy_is_refused(string head)
    {
        Assert.Null(EgressRequest.Parse(head, out var fault));
        Assert.NotNull(fault);
    }
}
