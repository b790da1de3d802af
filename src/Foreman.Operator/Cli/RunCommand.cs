using System.CommandLine;
using Foreman.Kubernetes;
using Foreman.Operator.Hosting;

namespace Foreman.Operator.Cli;

/// <summary><c>run</c>: the daemon. Also what the program does without a command, in a pod or when a flag is given.</summary>
internal static class RunCommand
{
    public static Command Create(OperatorConsole console)
    {
        var command = new Command("run", "Runs the operator until it is told to stop (the default in a cluster, or with flags).");
        AddTo(command, console, byDefault: false);
        return command;
    }

    public static void AddTo(Command command, OperatorConsole console, bool byDefault)
    {
        var options = RunFlags.All.ToDictionary(f => f, ToOption);
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, _) =>
        {
            var given = options.Values.Any(o => parsed.GetResult(o) is { Implicit: false });
            if (byDefault && !given && !KubernetesClientConfiguration.IsInCluster())
            {
                await console.Error.WriteLineAsync(
                    "foreman-operator: nothing to do: this is not a pod, and no flag was given.\n"
                    + "`foreman-operator try` shows everything on this machine; `foreman-operator run --kubeconfig FILE` runs against a cluster;\n"
                    + "`foreman-operator --help` lists the rest.");
                return ExitCodes.Usage;
            }

            return await RunAsync(new FlagReader(f => Given(parsed, f, options[f]), console.Environment), console);
        });
    }

    private static async Task<int> RunAsync(FlagReader flags, OperatorConsole console)
    {
        var settings = SettingsReader.Read(flags, console.Environment);
        foreach (var fault in flags.Faults)
        {
            await console.Error.WriteLineAsync($"foreman-operator: {fault}");
        }

        return flags.Faults.Count > 0 ? ExitCodes.Usage : await OperatorDaemon.RunAsync(settings, console);
    }

    // All values are read as text, so that the environment and the command line give the same messages.
    private static Option<string> ToOption(Flag flag) => new("--" + flag.Name)
    {
        Description = $"{flag.Help}{(flag.Default.Length > 0 ? $" [default: {flag.Default}]" : "")} [${flag.Variable}]",
        HelpName = flag.Switch ? "true|false" : flag.Value,
        Arity = flag.Switch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };

    private static string? Given(ParseResult parsed, Flag flag, Option<string> option) =>
        parsed.GetResult(option) is not { Implicit: false } result ? null
        : result.Tokens.Count > 0 ? result.Tokens[^1].Value
        : flag.Switch ? "true" : "";
}
