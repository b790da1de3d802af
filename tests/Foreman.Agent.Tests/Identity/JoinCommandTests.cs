using Foreman.Agent.Tests.Support;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Identity;

public sealed class JoinCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("foreman-join.v1.AAAA")]
    [InlineData("echo something else")]
    public async Task What_is_not_the_whole_ticket_is_usage_and_is_not_repeated(string given)
    {
        var run = await RunAsync(given, "mac-1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is not the whole of what `foreman-operator enroll mac-1` printed", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_of_another_host_is_refused_before_it_is_used()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync();

        var run = await RunAsync(ticket.ToText(), "mac-2");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("was made for mac-1, not for mac-2", run.Error, StringComparison.Ordinal);
        await scene.JoinAsync(ticket);
    }

    [Fact]
    public async Task The_kubeconfig_lies_in_the_home_folder_and_the_next_command_is_told()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync();

        var run = await RunAsync(ticket.ToText(), "mac-1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"foreman-agent --kubeconfig {_folder[".foreman/kubeconfig"]} --fleet-node-name mac-1 --foreman-namespace foreman-system\n", run.Output, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(_folder[".foreman/kubeconfig"]);
        Assert.DoesNotContain(ticket.Token, written, StringComparison.Ordinal);
        Assert.DoesNotContain(ticket.Token, run.Output, StringComparison.Ordinal);
    }

    private Task<Commands> RunAsync(string ticket, params string[] more) =>
        Commands.RunAsync(new Dictionary<string, string> { ["FOREMAN_JOIN"] = ticket, ["HOME"] = _folder.Path }, ["join", .. more]);
}
