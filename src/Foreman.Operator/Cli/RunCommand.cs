using System.CommandLine;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Hosting;

namespace Foreman.Operator.Cli;

/// <summary><c>run</c>: the daemon. Also what the program does without a command, in a pod or when a flag is given.</summary>
internal static class RunCommand
{
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("run", "Runs the operator until it is told to stop (the default in a cluster, or with flags).");
        AddTo(command, console, byDefault: false);
        return command;
    }

    public static void AddTo(Command command, ConsoleStreams console, bool byDefault)
    {
        var flags = FlagOptions.AddTo(command, RunFlags.All, recursive: false);
        command.SetAction(async (parsed, _) =>
        {
            if (byDefault && !flags.AnyGiven(parsed) && !KubernetesClientConfiguration.IsInCluster())
            {
                throw new ExitException(
                    ExitCodes.Usage,
                    "nothing to do: this is not a pod, and no flag was given.\n"
                    + "`foreman-operator try` shows everything on this machine; `foreman-operator run --kubeconfig FILE` runs against a cluster;\n"
                    + "`foreman-operator --help` lists the rest.");
            }

            var values = flags.Read(parsed, console.Environment);
            var settings = SettingsReader.Read(values, console.Environment);
            values.ThrowIfFaulty();
            return await OperatorDaemon.RunAsync(settings, console);
        });
    }
}
