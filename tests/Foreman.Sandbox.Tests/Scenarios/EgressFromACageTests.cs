using System.Diagnostics;
using System.Net;
using System.Text;
using Foreman.Primitives;
using Foreman.Sandbox.Bubblewrap;
using Foreman.Sandbox.Egress;
using Foreman.Sandbox.Tests.Egress;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests.Scenarios;

/// <summary>A command without a network of its own reaches listed hosts, and those only, through the proxy.</summary>
public class EgressFromACageTests
{
    [Fact]
    public async Task A2_59_from_a_network_namespace_only_the_proxy_is_reached_and_through_it_only_listed_hosts()
    {
        Assert.SkipUnless(HelperPrograms.Find("bwrap") is not null, "bubblewrap is not installed");
        using var folder = new TempFolder();
        using var server = new HelloServer();
        var rules = EgressRules.Parse([$"site.example.com:{server.Port}"], out _);
        await using var proxy = EgressProxy.Start(folder["p"], rules, new EgressLimits(), new EgressSurroundings
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            IsAllowed = a => a.Equals(IPAddress.Loopback),
        });

        var workspace = folder.MakeFolder("workspace");
        var cage = new Cage(new BubblewrapLauncher(HelperPrograms.Find("bwrap")!, HostTree.Real, ReleasedBinaries.Agent), ControlGroups.None, TimeProvider.System);
        var result = await cage.RunAsync(
            new CagePolicy { Workspace = workspace, EgressSocket = folder["p"] },
            new CageCommand
            {
                Program = "/bin/sh",
                Arguments =
                [
                    "-c",
                    $"""
                    curl -sS -m 30 http://site.example.com:{server.Port}/ok; echo
                    curl -sS -m 30 http://other.example.com/
                    curl -sS -m 5 --noproxy '*' http://127.0.0.1:{server.Port}/direct && echo reached
                    exit 3
                    """,
                ],
                Timeout = TimeSpan.FromMinutes(2),
            },
            CancellationToken.None);
        var (code, output) = (result.ExitCode, Encoding.UTF8.GetString(result.Output.Head.Span));

        Assert.Equal(3, code);
        Assert.StartsWith("hello /ok\nforeman: other.example.com:80: it is not listed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("reached", output, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("usage", "forward")]
    [InlineData("usage", "forward", "/tmp/p", "/bin/true")]
    [InlineData("can't be started", "forward", "/tmp/p", "--", "/nowhere/program")]
    public async Task A_wrong_call_is_told_and_nothing_is_run(string words, params string[] arguments)
    {
        var start = new ProcessStartInfo(ReleasedBinaries.Agent, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(125, process.ExitCode);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }
}
