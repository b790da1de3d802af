using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Foreman.Sandbox.Egress;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests.Egress;

public sealed class EgressProxyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<EgressRefusal> _refusals = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Curl_reaches_a_listed_host_in_plain_and_by_tunnel()
    {
        using var server = new HelloServer();
        await using var proxy = Start([$"site.example.com:{server.Port}"]);

        Assert.Equal("hello /a?b=c", await CurlAsync($"http://site.example.com:{server.Port}/a?b=c"));
        Assert.Equal("hello /t", await CurlAsync("-p", $"http://site.example.com:{server.Port}/t"));
        Assert.Empty(_refusals);
        Assert.All(server.Requests, r => Assert.Contains($"Host: site.example.com:{server.Port}", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_is_not_listed_is_refused_in_plain_words()
    {
        await using var proxy = Start(["site.example.com"]);

        Assert.Equal(
            "foreman: other.example.com:80: it is not listed in the Agent's spec.egress, which has site.example.com\n", await CurlAsync("http://other.example.com/secret?canary"));
        Assert.Equal(new EgressRefusal("other.example.com", 80, "it is not listed in the Agent's spec.egress, which has site.example.com"), Assert.Single(_refusals));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://2130706433/")]
    public async Task Addresses_are_refused(string url)
    {
        await using var proxy = Start(["site.example.com"]);

        var told = await CurlAsync(url);

        Assert.StartsWith("foreman: ", told, StringComparison.Ordinal);
        Assert.Single(_refusals);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    [InlineData("fd00:ec2::254")]
    public async Task A_listed_name_that_stands_for_an_address_inside_is_refused(string address)
    {
        await using var proxy = Start(["site.example.com"], new EgressSurroundings { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]) });

        Assert.Equal("foreman: site.example.com:80: its name stands for no public address\n", await CurlAsync("http://site.example.com/"));
    }

    [Fact]
    public async Task A_name_is_resolved_once_and_the_checked_address_is_the_one_that_is_asked()
    {
        using var server = new HelloServer();
        var (resolved, checkedAddresses) = (0, new List<IPAddress>());
        await using var proxy = Start([$"site.example.com:{server.Port}"], new EgressSurroundings
        {
            // A name that changes its address after the check.
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([++resolved == 1 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]),
            IsAllowed = a =>
            {
                checkedAddresses.Add(a);
                return a.Equals(IPAddress.Loopback);
            },
        });

        Assert.Equal("hello /", await CurlAsync($"http://site.example.com:{server.Port}/"));
        Assert.Equal(1, resolved);
        Assert.Equal([IPAddress.Loopback], checkedAddresses);
        Assert.Contains("no public address", await CurlAsync($"http://site.example.com:{server.Port}/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_addresses_only_public_ones_are_tried()
    {
        using var server = new HelloServer();
        await using var proxy = Start([$"site.example.com:{server.Port}"], new EgressSurroundings
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]),
            IsAllowed = a => a.Equals(IPAddress.Loopback),
        });

        Assert.Equal("hello /", await CurlAsync($"http://site.example.com:{server.Port}/"));
    }

    [Fact]
    public async Task What_does_not_answer_and_what_can_not_be_resolved_is_told()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using var proxy = Start([$"site.example.com:{port}", "none.example.com"], new EgressSurroundings
        {
            Resolve = (name, _) => name == "site.example.com" ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : throw new SocketException((int)SocketError.HostNotFound),
            IsAllowed = _ => true,
        });

        Assert.EndsWith("it does not answer\n", await CurlAsync($"http://site.example.com:{port}/"), StringComparison.Ordinal);
        Assert.EndsWith("its name can't be resolved\n", await CurlAsync("http://none.example.com/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_end_is_refused_and_a_silent_client_is_let_go()
    {
        await using var proxy = Start(["site.example.com"], limits: new EgressLimits { MaxHeadBytes = 256, ConnectTimeout = TimeSpan.FromMilliseconds(300) });

        Assert.Contains("longer than 256 bytes", await SendAsync("GET http://site.example.com/" + new string('a', 300)), StringComparison.Ordinal);
        Assert.Equal("", await SendAsync("GET http://site"));
    }

    [Fact]
    public async Task The_bytes_of_a_proxy_are_bounded()
    {
        using var server = new HelloServer(new string('x', 100_000));
        await using var proxy = Start([$"site.example.com:{server.Port}"], limits: new EgressLimits { MaxBytes = 50_000 });

        var received = await SendAsync($"GET http://site.example.com:{server.Port}/ HTTP/1.1\r\n\r\n");

        Assert.InRange(received.Length, 0, 50_000);
    }

    [Fact]
    public async Task More_connections_than_allowed_wait_their_turn()
    {
        using var server = new HelloServer();
        await using var proxy = Start([$"site.example.com:{server.Port}"], limits: new EgressLimits { MaxConnections = 1 });
        using (var first = await ConnectAsync())
        {
            var second = CurlAsync($"http://site.example.com:{server.Port}/");
            Assert.False(second.IsCompleted);
            first.Dispose();
            Assert.Equal("hello /", await second);
        }
    }

    private EgressProxy Start(string[] entries, EgressSurroundings? surroundings = null, EgressLimits? limits = null)
    {
        var rules = EgressRules.Parse(entries, out var fault);
        Assert.Null(fault);
        surroundings ??= new EgressSurroundings { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), IsAllowed = a => a.Equals(IPAddress.Loopback) };
        return EgressProxy.Start(_folder["p"], rules, limits ?? new EgressLimits(), surroundings, r =>
        {
            lock (_refusals)
            {
                _refusals.Add(r);
            }
        });
    }

    // Curl knows proxies on Unix sockets from version 7.84 on only, so a forwarder stands between, as inside of a cage.
    private async Task<string> CurlAsync(params string[] arguments)
    {
        await using var forwarder = EgressForwarder.Start(_folder["p"], 0);
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-sS", "-m", "30", "--noproxy", "", "-x", forwarder.Url, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var curl = Process.Start(start)!;
        var output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return output;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["p"]));
        return socket;
    }

    private async Task<string> SendAsync(string text)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
