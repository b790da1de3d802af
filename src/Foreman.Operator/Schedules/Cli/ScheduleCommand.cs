using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Inspect;
using Foreman.Operator.Live;
using Foreman.Primitives;
using Foreman.Schedules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Schedules.Cli;

/// <summary><c>foreman-operator schedule list|get|run|history|export</c>: the TaskSchedules of a cluster.</summary>
internal static class ScheduleCommand
{
    private static readonly ClusterOptions Cluster = new("get and list TaskSchedules, and for run create AgenticTasks and Workloads");
    private static readonly Argument<string> Name = new("NAME") { Description = "Name of the TaskSchedule" };
    private static readonly Argument<string?> AnyName = new("NAME") { Description = "Only this TaskSchedule. Default: all", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Namespace. Default: that of the kubeconfig's context", HelpName = "NAME" };
    private static readonly Option<bool> AllNamespaces = new("--all-namespaces", "-A") { Description = "Those of all namespaces" };
    private static readonly Option<int> Limit = new("--limit") { Description = "Most entries", HelpName = "NUMBER", DefaultValueFactory = _ => 20 };
    private static readonly Option<string?> Declared = new("--schedules") { Description = "File of TaskSchedules. Default: those of the cluster", HelpName = "FILE" };
    private static readonly Option<string> Image = new("--schedule-fire-image") { Description = "Image with foreman-agent, as the operator was started with it", HelpName = "IMAGE", Required = true };
    private static readonly Option<string?> Owner = new("--foreman-namespace") { Description = "Namespace of the operator [default: foreman-system]", HelpName = "NAME" };

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console) => new("schedule", "Shows schedules and what became of their runs, and begins one now.")
    {
        Sub("list", "Shows the schedules.", [AllNamespaces], console, ListAsync),
        Sub("get", "Shows a schedule, with its status.", [Name], console, GetAsync),
        Sub("run", "Begins a run of a schedule now, whatever its times and its policy are.", [Name], console, RunAsync),
        Sub("history", "Shows what became of the last times of schedules, newest first.", [AnyName, Limit], console, HistoryAsync),
        Sub("export", "Writes what times the schedules in a cluster: CronJobs, and the ServiceAccount of their pods with its rights.", [Declared, Image, Owner], console, ExportAsync),
    };

    private static Command Sub(string name, string description, Symbol[] own, ConsoleStreams console, Func<Asked, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { Namespace };
        foreach (var symbol in own)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else if (symbol is Option option)
            {
                command.Options.Add(option);
            }
        }

        Cluster.AddTo(command, decides: false);
        command.SetAction((parsed, _) =>
        {
            var form = Cluster.FormOf(parsed);
            return Cluster.CallAsync(parsed, async (client, space, stop) =>
            {
                try
                {
                    return await run(new(parsed, client, parsed.GetValue(Namespace) ?? space, form, console), stop);
                }
                catch (ScheduleException e)
                {
                    throw new ExitException(ExitCodes.Failed, e.Message, e);
                }
            });
        });
        return command;
    }

    private static async Task<int> ListAsync(Asked asked, CancellationToken stop)
    {
        var schedules = await asked.Backend.ListAsync(asked.Parsed.GetValue(AllNamespaces) ? null : asked.Space, stop);
        await asked.PrintAsync(() => ScheduleText.List(schedules), () => new JsonArray([.. schedules.Select(s => (JsonNode?)Json(s))]));
        return ExitCodes.Done;
    }

    private static async Task<int> GetAsync(Asked asked, CancellationToken stop)
    {
        var schedule = await FindAsync(asked, stop);
        await asked.PrintAsync(() => ScheduleText.One(schedule), () => Json(schedule));
        return ExitCodes.Done;
    }

    private static async Task<int> RunAsync(Asked asked, CancellationToken stop)
    {
        var fire = FireDecision.ByHand(await FindAsync(asked, stop), asked.Console.Time.GetUtcNow());
        await new ClusterObjects(asked.Client).CreateAsync(fire, stop);
        var kind = fire.Task is null ? Workload.Type.Kind : AgenticTask.Type.Kind;
        await asked.PrintAsync(
            () => [new EndLine($"{kind} {asked.Space}/{fire.Name} is there.", LineLook.Good)],
            () => new JsonObject { ["kind"] = kind, ["namespace"] = asked.Space, ["name"] = fire.Name });
        return ExitCodes.Done;
    }

    private static async Task<int> HistoryAsync(Asked asked, CancellationToken stop)
    {
        var limit = asked.Parsed.GetValue(Limit);
        if (limit < 1)
        {
            throw UsageError.Invalid("--limit", limit.ToString(CultureInfo.InvariantCulture), "a whole number from 1 up");
        }

        var history = await asked.Backend.HistoryAsync(asked.Space, asked.Parsed.GetValue(AnyName), limit, stop);
        await asked.PrintAsync(() => ScheduleText.History(history), () => new JsonArray([.. history.Select(h => (JsonNode?)ScheduleText.Json(h))]));
        return ExitCodes.Done;
    }

    private static async Task<int> ExportAsync(Asked asked, CancellationToken stop)
    {
        var schedules = asked.Parsed.GetValue(Declared) is { } path
            ? DeclaredSchedules.Load(path, asked.Space)
            : await asked.Backend.ListAsync(asked.Space, stop);
        var settings = new CronJobSettings { Owner = asked.Parsed.GetValue(Owner) ?? RunFlags.ForemanNamespace.Default, Image = asked.Parsed.GetValue(Image)! };
        var manifests = ScheduleExport.Of(schedules, settings);
        if (asked.Form == OutputForm.Json)
        {
            var list = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. manifests.Select(m => (JsonNode?)m)]) };
            await asked.PrintAsync(() => [], () => list);
            return ExitCodes.Done;
        }

        await asked.Console.Out.WriteAsync(string.Join("---\n", manifests.Select(m => JsonToYaml.Convert(m))));
        await asked.Console.Out.FlushAsync(CancellationToken.None);
        return ExitCodes.Done;
    }

    private static async Task<TaskSchedule> FindAsync(Asked asked, CancellationToken stop)
    {
        var name = asked.Parsed.GetValue(Name)!;
        return await asked.Backend.GetAsync(new(asked.Space, name), stop)
            ?? throw new ExitException(ExitCodes.Failed, $"TaskSchedule {Printable.Line($"{asked.Space}/{name}")} does not exist; these do: foreman-operator schedule list -A");
    }

    private static JsonNode Json(TaskSchedule schedule) => JsonSerializer.SerializeToNode(schedule, TaskSchedule.TypeInfo)!;

    /// <summary>What a command was asked for.</summary>
    private sealed record Asked(ParseResult Parsed, IKubernetes Client, string Space, OutputForm Form, ConsoleStreams Console)
    {
        /// <summary>Reads as the operator does.</summary>
        public KubernetesScheduleBackend Backend { get; } = new(
            new() { Owner = RunFlags.ForemanNamespace.Default }, Client, new ClusterObjects(Client), new ScheduleAudit(NullLogger.Instance), Console.Time, NullLogger.Instance);

        /// <summary>Prints in the form that was asked for.</summary>
        public Task PrintAsync(Func<IEnumerable<EndLine>> lines, Func<JsonNode> json) => ClusterOptions.PrintAsync(Console, Form, lines, json);
    }
}
