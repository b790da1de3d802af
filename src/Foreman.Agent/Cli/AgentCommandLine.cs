using System.CommandLine;
using Foreman.Agent.Auditing;
using Foreman.Agent.Firing;
using Foreman.Agent.Hosting;
using Foreman.Agent.Identity;
using Foreman.Agent.Probing;
using Foreman.Agent.RunTask;
using Foreman.Hosting;

namespace Foreman.Agent.Cli;

/// <summary>The commands of <c>foreman-agent</c>.</summary>
internal static class AgentCommandLine
{
    /// <summary>Parses, runs, and returns the exit code. Nothing escapes as an exception.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, ConsoleStreams console) =>
        ProgramCommandLine.RunAsync(Build(console), "foreman-agent", arguments, console);

    private static RootCommand Build(ConsoleStreams console)
    {
        var root = new RootCommand("Keeps this host registered in the fleet and runs the tasks that are placed on it.");
        var flags = FlagOptions.AddTo(root, AgentFlags.All, recursive: true);
        root.SetAction(async (parsed, _) => await AgentHost.RunAsync(Settings(flags, parsed, console), console));
        root.Subcommands.Add(JoinCommand.Build(parsed => Settings(flags, parsed, console), console));
        root.Subcommands.Add(Probe(console, flags));
        root.Subcommands.Add(RunTaskCommand.Build(parsed => Settings(flags, parsed, console), console));
        root.Subcommands.Add(FireCommand.Build(parsed => Settings(flags, parsed, console).Cluster, console));
        root.Subcommands.Add(AuditCommand.Build(parsed => Settings(flags, parsed, console).Runs.StateDir, console));
        return root;
    }

    private static Command Probe(ConsoleStreams console, FlagOptions flags)
    {
        var output = new Option<string>("--output", "-o") { Description = "Form of the result", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("probe", "Prints what the agent finds out about this host, and changes nothing.") { output };
        command.SetAction(async (parsed, cancel) =>
            await ProbeCommand.RunAsync(Settings(flags, parsed, console), parsed.GetValue(output) == "json", console, cancel));
        return command;
    }

    private static AgentSettings Settings(FlagOptions flags, ParseResult parsed, ConsoleStreams console)
    {
        var values = flags.Read(parsed, console.Environment);
        var settings = SettingsReader.Read(values, console.Environment);
        values.ThrowIfFaulty();
        return settings;
    }
}
