using System.CommandLine;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Inspect;
using Foreman.Operator.Live;
using Foreman.Primitives;

namespace Foreman.Operator.Simulate;

/// <summary><c>foreman-operator record</c>: writes the files that <c>simulate</c> plays.</summary>
internal static class RecordCommand
{
    private static readonly Option<string> Fleet = new("--fleet") { Description = "File to be written with the hosts, Agents, InferenceServices and quotas", HelpName = "FILE", Required = true };
    private static readonly Option<string> Tasks = new("--tasks") { Description = "File to be written with the tasks that have ended", HelpName = "FILE", Required = true };
    private static readonly Option<string?> Since = new("--since") { Description = "How far back tasks are recorded, such as 24h. Default: all that are there", HelpName = "DURATION" };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace files that are there" };
    private static readonly ClusterOptions Cluster = new("list FleetNodes, AgenticTasks, Agents and InferenceServices in all namespaces");

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("record", "Writes the fleet of a cluster and the tasks that ran on it to files that `simulate` plays; prompts, results and credentials are left out.") { Fleet, Tasks, Since, Force };
        Cluster.AddSpaceTo(command);
        Cluster.AddClusterTo(command);
        command.SetAction((parsed, _) =>
        {
            var since = SinceOf(parsed, console.Time.GetUtcNow());
            var (fleet, tasks, force, space) = (parsed.GetValue(Fleet)!, parsed.GetValue(Tasks)!, parsed.GetValue(Force), Cluster.SettingsOf(parsed).ForemanNamespace);
            LineFile.Check([fleet, tasks], force);
            return Cluster.CallAsync(parsed, async (client, _, stop) =>
            {
                var nodes = await ClusterReader.ListAsync<FleetNode>(client, stop);
                var agents = await ClusterReader.ListAsync<Agent>(client, stop);
                var services = await ClusterReader.ServicesAsync(client, stop);
                var (quotas, notes) = await ClusterReader.QuotasAsync(client, space, stop);
                var trace = Recording.Of(await ClusterReader.ListAsync<AgenticTask>(client, stop), nodes, since);
                if (trace.Count > TraceFile.MaxTasks)
                {
                    throw new ExitException(ExitCodes.Failed, $"{SimulationReport.Many(trace.Count, "task")} are more than simulate plays; record less with --since");
                }

                LineFile.Write([(fleet, Recording.Of(new FleetFile(nodes, agents, services) { Quotas = quotas }).Lines()), (tasks, trace.Select(TraceFile.Line))], force);
                var withQuotas = quotas.All.IsEmpty ? "" : $", {SimulationReport.Many(quotas.All.Length, "entry", "entries")} of quotas";
                await console.Out.WriteLineAsync(
                    $"Recorded: {SimulationReport.Many(nodes.Count, "host")}, {SimulationReport.Many(agents.Count, "Agent")}, {SimulationReport.Many(trace.Count, "task")}{withQuotas}. Play them with: foreman-operator simulate --fleet {DispatchHints.Word(fleet)} --tasks {DispatchHints.Word(tasks)}");
                await LineWriter.WriteAsync(console, notes.Select(ForecastText.Note));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    private static DateTimeOffset SinceOf(ParseResult parsed, DateTimeOffset now) => parsed.GetValue(Since) is not { } text ? DateTimeOffset.MinValue
        : GoDuration.Parse(text) is { } length && length >= TimeSpan.Zero ? now - length
        : throw UsageError.Invalid("--since", text, "a duration such as 24h");
}
