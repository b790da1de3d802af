using System.CommandLine;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Operator.Try;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary><c>foreman-operator explain TASK</c>: why a task waits, host by host, or where it is.</summary>
internal static class ExplainCommand
{
    private const string Rights = "list FleetNodes, AgenticTasks, Agents and InferenceServices in all namespaces";

    private static readonly Argument<string> Task = new("TASK") { Description = "Name of the AgenticTask" };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Its namespace. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };
    private static readonly ClusterOptions Cluster = new(Rights);

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("explain", "Says why a task waits, its place in the queue, and what each host lacks for it.") { Task, Namespace };
        Cluster.AddTo(command, decides: true);
        command.SetAction((parsed, _) =>
        {
            var form = Cluster.FormOf(parsed);
            return Cluster.CallAsync(parsed, async (client, space, stop) =>
            {
                var (name, now) = (parsed.GetValue(Task)!, console.Time.GetUtcNow());
                var (cluster, notes) = await ClusterReader.ReadAsync(client, Cluster.SettingsOf(parsed), now, stop);
                var found = Explain(cluster, new ObjectKey(parsed.GetValue(Namespace) ?? space, name), now, stop) with { Notes = notes };
                await ClusterOptions.PrintAsync(console, form, () => Lines(found), () => Json(found));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    /// <summary>What is known of a task. Pure.</summary>
    /// <param name="Task">The task.</param>
    /// <param name="Waiting">What becomes of it; null when it does not wait.</param>
    /// <param name="Queue">How many tasks wait.</param>
    /// <param name="Hosts">What each host says to it; empty when it does not wait.</param>
    internal sealed record Explained(AgenticTask Task, TaskForecast? Waiting, int Queue, IReadOnlyList<HostForecast> Hosts)
    {
        /// <summary>The quotas that it counts for, that of its namespace first; empty when it has ended.</summary>
        public IReadOnlyList<QuotaFigure> Quotas { get; init; } = [];

        /// <summary>What is said besides.</summary>
        public IReadOnlyList<string> Notes { get; init; } = [];

        /// <summary>When it starts, or why that is not known; neither unless it waits.</summary>
        public (StartEstimate? Estimate, string? Unknown) Start { get; init; }
    }

    /// <exception cref="ExitException">There is no such task.</exception>
    internal static Explained Explain(ClusterSnapshot cluster, ObjectKey key, DateTimeOffset now, CancellationToken stop)
    {
        var task = cluster.Tasks.FirstOrDefault(t => ObjectKey.Of(t) == key)
            ?? throw new ExitException(ExitCodes.Failed, $"task {Printable.Line(key.Name)} does not exist in namespace {Printable.Line(key.Namespace ?? "")}; name another namespace with -n");
        var queue = Forecast.OfQueue(cluster, now);
        var waiting = queue.FirstOrDefault(f => f.Task.Uid() == task.Uid());
        return new(task, waiting, queue.Count, waiting is null ? [] : Forecast.OfHosts(cluster, waiting, now))
        {
            Quotas = task.IsTerminal() ? [] : [.. FleetShares.Of(cluster, now).QuotasOf(task)],
            Start = waiting is { Outcome: ForecastOutcome.Waits } ? StartEstimate.Of(cluster, queue, waiting, now, stop) : default,
        };
    }

    private static IEnumerable<EndLine> Lines(Explained found) => [.. LinesOfTask(found), .. found.Notes.Select(ForecastText.Note)];

    private static IEnumerable<EndLine> LinesOfTask(Explained found)
    {
        if (found.Waiting is { } waiting)
        {
            return
            [
                .. ForecastText.Lines(waiting, found.Queue),
                .. ForecastText.Lines(found.Start),
                .. found.Quotas.Select(q => new EndLine($"  {ShareText.Line(q)}")),
                .. found.Hosts.Count == 0 ? Array.Empty<EndLine>() : [new(""), .. ForecastText.Lines(found.Hosts)],
            ];
        }

        var (task, look) = (found.Task, found.Task.Status.Phase == TaskPhase.Failed ? LineLook.Bad : found.Task.IsTerminal() ? LineLook.Good : LineLook.Plain);
        var why = task.Status.Conditions.Find(task.IsTerminal() ? ConditionTypes.Completed : ConditionTypes.Scheduled);
        return
        [
            new EndLine($"{ObjectKey.Of(task)}: {TryFormat.OneLine(TryFormat.Task(task), 500)}", look),
            .. why is null ? Array.Empty<EndLine>() : [new($"  {why.Reason}: {TryFormat.OneLine(why.Message, 2000)}")],
        ];
    }

    private static JsonObject Json(Explained found)
    {
        var (task, json) = (found.Task, found.Waiting is { } waiting ? ForecastText.Json(waiting) : new JsonObject { ["task"] = found.Task.Name(), ["namespace"] = found.Task.Namespace() });
        json["phase"] = task.PhaseOrPending().Value;
        json["waiting"] = found.Queue;
        json["assignedNode"] = task.Status.AssignedNode;
        json["verdict"] = task.Status.Verdict?.Value;
        json["start"] = ForecastText.Json(found.Start);
        json["hosts"] = ForecastText.Json(found.Hosts);
        json["quotas"] = ShareText.Json(found.Quotas);
        json["notes"] = ForecastText.Notes(found.Notes);
        return json;
    }
}
