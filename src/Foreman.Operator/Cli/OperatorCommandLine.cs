using System.CommandLine;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Enroll;
using Foreman.Operator.Inspect;
using Foreman.Operator.Maintenance;
using Foreman.Operator.Results;
using Foreman.Operator.Schedules.Cli;
using Foreman.Operator.Simulate;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Cli;

/// <summary>The commands of <c>foreman-operator</c>.</summary>
internal static class OperatorCommandLine
{
    /// <summary>Parses, runs, and returns the exit code. Nothing escapes as an exception.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, ConsoleStreams console) =>
        ProgramCommandLine.RunAsync(Build(console), "foreman-operator", arguments, console, Translate);

    private static ExitException? Translate(Exception e) => e switch
    {
        KubernetesUnreachableException => new ExitException(ExitCodes.NotReachable, e.Message, e),
        KubernetesException => new ExitException(ExitCodes.Failed, $"the Kubernetes API server refused: {e.Message}", e),
        _ => null,
    };

    private static RootCommand Build(ConsoleStreams console)
    {
        var root = new RootCommand("Places tasks on the hosts of the fleet, says why one waits, and rescues those of lost hosts.");
        RunCommand.AddTo(root, console, byDefault: true);
        root.Subcommands.Add(RunCommand.Create(console));
        root.Subcommands.Add(TryCommand.Create(console));
        root.Subcommands.Add(DispatchCommand.Create(console));
        root.Subcommands.Add(WorkloadCommand.Create(console));
        root.Subcommands.Add(DecideCommand.Create(console));
        root.Subcommands.Add(ScheduleCommand.Create(console));
        root.Subcommands.Add(ExplainCommand.Create(console));
        root.Subcommands.Add(PlanCommand.Create(console));
        root.Subcommands.Add(QueueCommand.Create(console));
        root.Subcommands.Add(NodesCommand.Create(console));
        foreach (var command in NodeCommands.Create(console))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(SimulateCommand.Create(console));
        root.Subcommands.Add(RecordCommand.Create(console));
        root.Subcommands.Add(DemoModelCommand.Create(console));
        root.Subcommands.Add(DevClusterCommand.Create(console));
        root.Subcommands.Add(EnrollCommand.Create());
        root.Subcommands.Add(ResultCommand.Create(console.Time));
        root.Subcommands.Add(LogsCommand.Create());
        return root;
    }
}
