using System.CommandLine;
using Foreman.Agent.Hosting;
using Foreman.Agent.Probing;

namespace Foreman.Agent.Cli;

/// <summary>The commands of <c>foreman-agent</c>.</summary>
internal static class AgentCommandLine
{
    /// <summary>Parses, runs, and returns the exit code. Nothing escapes as an exception.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, ConsoleStreams console)
    {
        var root = Build(console);
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await console.Error.WriteLineAsync($"foreman-agent: {error.Message.TrimEnd('.')}");
            }

            await console.Error.WriteLineAsync("Run `foreman-agent --help` for the flags and commands.");
            return ExitCodes.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (AgentStopException e)
        {
            await console.Error.WriteLineAsync($"foreman-agent: {e.Message}");
            return e.ExitCode;
        }
#pragma warning disable CA1031 // The last line of defence: people get one line that can be reported, not a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await console.Error.WriteLineAsync(
                $"foreman-agent: internal error: {ConsoleLogger.Escape($"{e.GetType().Name}: {e.Message}")}. This is a defect of the program: please report it");
            return ExitCodes.Failed;
        }
    }

    private static RootCommand Build(ConsoleStreams console)
    {
        var root = new RootCommand("Keeps this host registered in the fleet and runs the tasks that are placed on it.");
        var options = AddFlags(root, Flags.All);
        root.SetAction(async (parsed, _) => await WithSettingsAsync(console, parsed, options, settings => AgentHost.RunAsync(settings, console)));
        root.Subcommands.Add(Probe(console, options));
        root.Subcommands.Add(RunTask(console));
        return root;
    }

    private static Command Probe(ConsoleStreams console, Dictionary<Flag, Option> options)
    {
        var output = new Option<string>("--output", "-o") { Description = "Form of the result", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("probe", "Prints what the agent finds out about this host, and changes nothing.") { output };
        command.SetAction(async (parsed, cancel) => await WithSettingsAsync(
            console, parsed, options, settings => ProbeCommand.RunAsync(settings, parsed.GetValue(output) == "json", console, cancel)));
        return command;
    }

    private static Command RunTask(ConsoleStreams console)
    {
        var command = new Command("run-task", "Runs one task inside a Job.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (_, _) =>
        {
            await console.Error.WriteLineAsync(
                "foreman-agent: run-task is not supported by this release: placement Job comes later. Use placement Node or Operator.");
            return ExitCodes.Usage;
        });
        return command;
    }

    private static Dictionary<Flag, Option> AddFlags(RootCommand root, IEnumerable<Flag> flags)
    {
        var options = new Dictionary<Flag, Option>();
        foreach (var flag in flags)
        {
            var option = ToOption(flag);
            root.Options.Add(option);
            options[flag] = option;
        }

        return options;
    }

    // All values are read as text, so that the environment and the command line give the same messages.
    private static Option ToOption(Flag flag)
    {
        var name = "--" + flag.Name;
        var help = $"{flag.Help}{(flag.Default.Length > 0 ? $" [default: {flag.Default}]" : "")} [${flag.Variable}]";
        return flag.Kind == FlagKind.Switch
            ? new Option<bool>(name) { Description = help, HelpName = "true|false", Recursive = true }
            : new Option<string[]>(name) { Description = help, HelpName = flag.Value, Recursive = true, Arity = ArgumentArity.OneOrMore };
    }

    private static async Task<int> WithSettingsAsync(
        ConsoleStreams console, ParseResult parsed, Dictionary<Flag, Option> options, Func<AgentSettings, Task<int>> run)
    {
        var values = new FlagValues(flag => Given(parsed, flag, options[flag]), console.Environment);
        var settings = SettingsReader.Read(values, console.Environment);
        if (values.Faults.Count == 0)
        {
            return await run(settings);
        }

        foreach (var fault in values.Faults.Distinct())
        {
            await console.Error.WriteLineAsync($"foreman-agent: {fault}");
        }

        return ExitCodes.Usage;
    }

    private static string[]? Given(ParseResult parsed, Flag flag, Option option)
    {
        if (parsed.GetResult(option) is not { Implicit: false } result)
        {
            return null;
        }

        // Given twice, the last one counts: that is how a unit file's line is overridden by appending to it.
        var given = result.Tokens.Select(t => t.Value).ToArray();
        return flag.Kind switch
        {
            FlagKind.Repeated => given,
            FlagKind.Switch when given.Length == 0 => ["true"],
            _ => [given[^1]],
        };
    }
}
