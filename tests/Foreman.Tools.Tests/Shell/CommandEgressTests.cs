using System.Net.Sockets;
using System.Text;
using Foreman.Sandbox;
using Foreman.Sandbox.Egress;
using Foreman.Tools.Shell;

namespace Foreman.Tools.Tests.Shell;

public class CommandEgressTests
{
    [Fact]
    public void There_is_none_without_listed_hosts_or_in_a_cage_without_a_network_of_its_own()
    {
        Assert.Null(CommandEgress.Start(EgressRules.None, CageMode.Full));
        Assert.Null(CommandEgress.Start(EgressRules.Parse(["example.com"], out _), CageMode.Reduced));
    }

    [Fact]
    public void Hosts_that_a_reduced_cage_can_not_reach_are_told()
    {
        var rules = EgressRules.Parse(["example.com"], out _);

        Assert.Equal("\n[network: none. The sandbox of this host is `reduced`, in which the hosts of the Agent's spec.egress can't be reached]", CommandEgress.Note(rules, CageMode.Reduced));
        Assert.Equal(["", "", ""], [CommandEgress.Note(rules, CageMode.Full), CommandEgress.Note(rules, CageMode.None), CommandEgress.Note(EgressRules.None, CageMode.Reduced)]);
    }

    [Fact]
    public async Task What_was_refused_is_told_once_with_its_number_and_nothing_is_left()
    {
        string folder;
        await using (var egress = CommandEgress.Start(EgressRules.Parse(["example.com"], out _), CageMode.Full)!)
        {
            folder = Path.GetDirectoryName(egress.Socket)!;
            Assert.Equal("", egress.Refusals());
            for (var i = 0; i < 2; i++)
            {
                Assert.StartsWith("HTTP/1.1 403 ", await AskAsync(egress.Socket, "CONNECT other.com:443 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
            }

            Assert.Equal("\n[network: other.com:443 was refused 2 times: it is not listed in the Agent's spec.egress, which has example.com]", egress.Refusals());
        }

        Assert.False(Directory.Exists(folder));
    }

    private static async Task<string> AskAsync(string path, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
