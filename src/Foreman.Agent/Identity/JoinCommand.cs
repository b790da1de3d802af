using System.CommandLine;
using Foreman.Agent.Cli;
using Foreman.Api;
using Foreman.Hosting;

namespace Foreman.Agent.Identity;

/// <summary><c>foreman-agent join NODE</c>: takes the identity that <c>foreman-operator enroll NODE</c> printed.</summary>
internal static class JoinCommand
{
    private const string Variable = "FOREMAN_JOIN";

    /// <summary>The command.</summary>
    /// <param name="settings">Reads the flags of the command line.</param>
    /// <param name="console">Where the ticket comes from and messages go.</param>
    public static Command Build(Func<ParseResult, AgentSettings> settings, ConsoleStreams console)
    {
        var node = new Argument<string>("NODE") { Description = "Name of this host's FleetNode, as it was enrolled" };
        var command = new Command("join", $"Takes the identity that `foreman-operator enroll NODE` printed, from standard input or ${Variable}, and writes the kubeconfig of this host.") { node };
        command.SetAction(async (parsed, cancel) => await RunAsync(parsed.GetValue(node)!, settings(parsed), console, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string node, AgentSettings settings, ConsoleStreams console, CancellationToken cancellationToken)
    {
        var ticket = JoinTicket.Parse(await TextAsync(console, cancellationToken)) ?? throw new ExitException(
            ExitCodes.Usage, $"this is not the whole of what `foreman-operator enroll {node}` printed: run its line as it is, or give the word after `echo` by standard input or ${Variable}");
        if (ticket.Node != node)
        {
            throw new ExitException(ExitCodes.Usage, $"the command was made for {ticket.Node}, not for {node}: `foreman-operator enroll {node}` makes one for this host");
        }

        var path = Path.GetFullPath(settings.Cluster.Kubeconfig ?? Path.Combine(Home(console), ".foreman", "kubeconfig"));
        var token = await new HostJoin(ticket, path, console.Time).RunAsync(cancellationToken);
        await console.Out.WriteAsync(FormattableString.Invariant(
            $"""
            {node} has joined: its identity is in {path}, and its agent renews it there. The token is valid until {token.ExpiresAt:yyyy-MM-dd HH:mm} UTC.
            Start the agent: foreman-agent --kubeconfig {path} --fleet-node-name {node} --foreman-namespace {ticket.Namespace}

            """));
        return ExitCodes.Done;
    }

    private static async Task<string> TextAsync(ConsoleStreams console, CancellationToken cancellationToken)
    {
        if (console.Environment(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        using var input = console.In();
        var text = new char[JoinTicket.MaxLength + 2];
        return new string(text, 0, await input.ReadBlockAsync(text.AsMemory(), cancellationToken));
    }

    private static string Home(ConsoleStreams console) =>
        console.Environment("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
