using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Foreman.Operator.Inspect;
using Foreman.Operator.Live;
using Foreman.Primitives;
using Foreman.Scheduling;
using Spectre.Console;

namespace Foreman.Operator.Simulate;

/// <summary><c>foreman-operator simulate</c>: a recorded or imagined fleet in virtual time.</summary>
internal static class SimulateCommand
{
    private static readonly Option<string> Fleet = new("--fleet") { Description = "FleetNodes with their status, Agents, InferenceServices and quotas, as manifests or one JSON object a line; - for standard input", HelpName = "FILE", Required = true };
    private static readonly Option<string> Tasks = new("--tasks") { Description = "The tasks, one JSON object a line, as `record` writes them; - for standard input", HelpName = "FILE", Required = true };
    private static readonly Option<string?> ModelLoad = new("--model-load") { Description = "How long a host takes to load a model that is not in memory [default: 30s]", HelpName = "DURATION" };
    private static readonly ClusterOptions Settings = new("");

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("simulate", "Plays tasks on a recorded or imagined fleet in virtual time, by the operator's own decisions: waits, use of hosts, fairness, quotas.") { Fleet, Tasks, ModelLoad };
        Settings.AddSettingsTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
            return await RunAsync(parsed, console, signals.Stop);
        });
        return command;
    }

    /// <summary>Plays what a command line says.</summary>
    /// <returns><see cref="ExitCodes.Interrupted"/> when it was stopped.</returns>
    internal static async Task<int> RunAsync(ParseResult parsed, ConsoleStreams console, CancellationToken stop)
    {
        var (form, load) = (Settings.FormOf(parsed), LoadOf(parsed));
        var (fleetPath, tasksPath) = (parsed.GetValue(Fleet)!, parsed.GetValue(Tasks)!);
        if (fleetPath == LineFile.StandardInput && tasksPath == LineFile.StandardInput)
        {
            throw UsageError.Invalid("--tasks", tasksPath, "a file, as --fleet is standard input");
        }

        try
        {
            var fleet = await FleetFile.ReadAsync(fleetPath, console, stop);
            var trace = new TraceFile(LineFile.NameOf(tasksPath));
            await foreach (var line in LineFile.ReadAsync(tasksPath, console, stop))
            {
                trace.Add(line);
            }

            var input = new SimulationInput
            {
                Nodes = fleet.Nodes,
                Agents = fleet.Agents,
                InferenceServices = fleet.Endpoints,
                Tasks = trace.Tasks,
                Quotas = fleet.Quotas,
                Settings = Settings.SettingsOf(parsed),
                ModelLoad = load,
                Start = console.Time.GetUtcNow(),
            };
            var result = await PlayAsync(input, console, form, stop);
            var figures = SimulationFigures.Of(input, result);
            await ClusterOptions.PrintAsync(console, form, () => SimulationReport.Lines(result, figures), () => SimulationReport.Json(result, figures));
            return ExitCodes.Done;
        }
        catch (SimulationTooLongException e)
        {
            throw new ExitException(ExitCodes.Usage, Printable.Line(e.Message, 500), e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    private static TimeSpan LoadOf(ParseResult parsed) => GoDuration.Parse(parsed.GetValue(ModelLoad) ?? "30s") is { } load && load >= TimeSpan.Zero
        ? load
        : throw UsageError.Invalid("--model-load", parsed.GetValue(ModelLoad)!, "a duration such as 30s");

    private static async Task<SimulationResult> PlayAsync(SimulationInput input, ConsoleStreams console, OutputForm form, CancellationToken stop)
    {
        if (!console.Terminal || form != OutputForm.Text)
        {
            return FleetSimulation.Play(input, cancellationToken: stop);
        }

        SimulationResult? result = null;
        var view = new PictureView<int>(Terminals.Of(console), 0, ended => new Text(string.Create(CultureInfo.InvariantCulture, $"{ended} of {input.Tasks.Count} tasks have ended")));
        await view.ShowAsync(report =>
        {
            var shown = console.Time.GetTimestamp();
            result = FleetSimulation.Play(
                input,
                ended =>
                {
                    if (console.Time.GetElapsedTime(shown) > TimeSpan.FromMilliseconds(200))
                    {
                        shown = console.Time.GetTimestamp();
                        report(ended);
                    }
                },
                cancellationToken: stop);
            return Task.CompletedTask;
        });
        return result!;
    }
}
