using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Live;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary><c>foreman-operator plan -f FILE</c>: what would become of tasks that are not created yet.</summary>
internal static class PlanCommand
{
    private static readonly Option<string> FileOption = new("--filename", "-f") { Description = "Manifests of tasks, and of Agents and FleetNodes that come with them; - for standard input", HelpName = "FILE", Required = true };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Namespace of objects that name none. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };
    private static readonly ClusterOptions Cluster = new("list FleetNodes, AgenticTasks, Agents and InferenceServices in all namespaces");

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("plan", "Says what would become of tasks before they are created, and writes nothing: 0 each starts now, 10 one waits, 11 one never starts.") { FileOption, Namespace };
        Cluster.AddTo(command, decides: true);
        command.SetAction((parsed, _) =>
        {
            var (form, path) = (Cluster.FormOf(parsed), parsed.GetValue(FileOption)!);
            return Cluster.CallAsync(parsed, async (client, space, stop) =>
            {
                var (now, source) = (console.Time.GetUtcNow(), path == "-" ? "standard input" : path);
                var objects = PlannedObjects.Of(await ManifestFile.ReadAsync(path, console, stop), parsed.GetValue(Namespace) ?? space, source);
                var (refused, notes) = await DryRun.CheckAsync(client, objects, stop);
                var (cluster, said) = await ClusterReader.ReadAsync(client, Cluster.SettingsOf(parsed), now, stop);
                var (into, kept) = objects.Into(cluster, now);
                var planned = Planned.Of(into, [.. objects.Notes, .. notes, .. said], [.. kept, .. refused], now);
                await ClusterOptions.PrintAsync(console, form, () => Lines(planned), () => Json(planned));
                return planned.ExitCode;
            });
        });
        return command;
    }

    /// <summary>What would become of the tasks. Pure.</summary>
    /// <param name="Tasks">Each task and what each host says to it.</param>
    /// <param name="Waiting">How many tasks would wait, with those of the cluster.</param>
    /// <param name="Notes">What is said besides.</param>
    /// <param name="Refused">Why the cluster would not take an object, a sentence each.</param>
    internal sealed record Planned(IReadOnlyList<(TaskForecast Task, IReadOnlyList<HostForecast> Hosts)> Tasks, int Waiting, IReadOnlyList<string> Notes, IReadOnlyList<string> Refused)
    {
        // The hosts of each take a decision of their own.
        private const int MostWithHosts = 20;

        public int ExitCode => Refused.Count > 0 || Tasks.Any(t => t.Task.Outcome == ForecastOutcome.Never) ? ExitCodes.NeverStarts
            : Tasks.Any(t => t.Task.Outcome == ForecastOutcome.Waits) ? ExitCodes.Waits
            : ExitCodes.Done;

        public static Planned Of(ClusterSnapshot cluster, IReadOnlyList<string> notes, IReadOnlyList<string> refused, DateTimeOffset now)
        {
            var queue = Forecast.OfQueue(cluster, now);
            TaskForecast[] ours = [.. queue.Where(f => PlannedObjects.IsPlanned(f.Task))];
            return new([.. ours.Index().Select(f => (f.Item, f.Item.Outcome == ForecastOutcome.Starts || f.Index >= MostWithHosts ? [] : Forecast.OfHosts(cluster, f.Item, now)))], queue.Count, notes, refused);
        }
    }

    private static IEnumerable<EndLine> Lines(Planned planned) =>
    [
        .. planned.Refused.Select(r => new EndLine(r, LineLook.Bad)),
        .. planned.Tasks.SelectMany(t => (IEnumerable<EndLine>)
        [
            .. ForecastText.Lines(t.Task, planned.Waiting),
            .. t.Hosts.Count == 0 ? [] : ForecastText.Lines(t.Hosts).Select(l => l with { Text = $"  {l.Text}" }),
        ]),
        .. planned.Notes.Select(ForecastText.Note),
    ];

    private static JsonObject Json(Planned planned) => new()
    {
        ["tasks"] = new JsonArray([.. planned.Tasks.Select(t =>
        {
            var json = ForecastText.Json(t.Task);
            json["hosts"] = ForecastText.Json(t.Hosts);
            return (JsonNode)json;
        })]),
        ["refused"] = new JsonArray([.. planned.Refused.Select(r => (JsonNode?)r)]),
        ["notes"] = ForecastText.Notes(planned.Notes),
    };

    /// <summary>Has the API server check the objects as if they were created.</summary>
    private static class DryRun
    {
        public static async Task<(IReadOnlyList<string> Refused, IReadOnlyList<string> Notes)> CheckAsync(IKubernetes client, PlannedObjects objects, CancellationToken stop)
        {
            var (refused, notes) = (new List<string>(), new List<string>());
            foreach (var manifest in objects.Manifests)
            {
                var what = $"{ManifestFile.KindOf(manifest)} {ManifestFile.NameOf(manifest)}";
                try
                {
                    await client.Dynamic.CreateAsync(manifest, new WriteOptions { DryRun = true }, stop);
                }
                catch (KubernetesException e) when (e.IsAlreadyExists)
                {
                    notes.Add($"{what} exists already: this one is planned in its place, as far as it has not begun");
                }
                catch (KubernetesException e) when (DispatchAccess.LacksRights(e))
                {
                    notes.Add($"{what} was not checked by the rules of the cluster: {Printable.Line(e.Status.Message ?? e.Message, 500)}");
                }
                catch (KubernetesException e) when (e.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.Unauthorized and not HttpStatusCode.TooManyRequests)
                {
                    refused.Add($"{what}: the cluster would refuse it: {Printable.Line(e.Message, 1000)}");
                }
                catch (ArgumentException e)
                {
                    refused.Add($"{what}: {Printable.Line(e.Message, 1000)}");
                }
            }

            return (refused, notes);
        }
    }
}
