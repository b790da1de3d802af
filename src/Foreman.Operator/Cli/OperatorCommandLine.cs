using System.CommandLine;
using Foreman.Kubernetes;
using Foreman.Operator.Enroll;

namespace Foreman.Operator.Cli;

/// <summary>The commands of <c>foreman-operator</c>.</summary>
internal static class OperatorCommandLine
{
    /// <summary>Parses, runs, and returns the exit code. Nothing that a user can cause escapes as an exception.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, OperatorConsole console)
    {
        var parsed = Build(console).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await console.Error.WriteLineAsync($"foreman-operator: {error.Message.TrimEnd('.')}");
            }

            await console.Error.WriteLineAsync("Run `foreman-operator --help` for the flags and commands.");
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
        catch (CommandException e)
        {
            await console.Error.WriteLineAsync($"foreman-operator: {e.Message}");
            return e.ExitCode;
        }
        catch (KubernetesUnreachableException e)
        {
            await console.Error.WriteLineAsync($"foreman-operator: {e.Message}");
            return ExitCodes.NotReachable;
        }
        catch (KubernetesException e)
        {
            await console.Error.WriteLineAsync($"foreman-operator: the Kubernetes API server refused: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static RootCommand Build(OperatorConsole console)
    {
        var root = new RootCommand("Places tasks on the hosts of the fleet, says why one waits, and rescues those of lost hosts.");
        RunCommand.AddTo(root, console, byDefault: true);
        root.Subcommands.Add(RunCommand.Create(console));
        root.Subcommands.Add(TryCommand.Create(console));
        root.Subcommands.Add(DemoModelCommand.Create(console));
        root.Subcommands.Add(DevClusterCommand.Create(console));
        root.Subcommands.Add(EnrollCommand.Create());
        return root;
    }
}
