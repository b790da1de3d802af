using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Inspect;
using Foreman.Operator.Live;
using Foreman.Primitives;

namespace Foreman.Operator.Maintenance;

/// <summary><c>foreman-operator cordon|uncordon|drain NODE</c>.</summary>
internal static class NodeCommands
{
    private static readonly DispatchAccess Access = new("FleetNode", $"get and patch of fleetnodes.{ApiGroup.Name}, and for --watch list and watch of fleetnodes.{ApiGroup.Name}, and of agentictasks.{ApiGroup.Name} in all namespaces");
    private static readonly Argument<string> Node = new("NODE") { Description = "Name of the FleetNode" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for people who look at the host", HelpName = "TEXT" };
    private static readonly Option<string?> Deadline = new("--deadline") { Description = "How long runs may go on before they are given back, such as 30m. Default: until they have ended", HelpName = "DURATION" };
    private static readonly Option<bool> Watch = new("--watch") { Description = "Wait until the host has no task any more; Ctrl-C lets the drain go on" };
    private static readonly ClusterOptions Cluster = new("get and patch FleetNodes");

    /// <summary>The commands, for the root of the command line.</summary>
    public static IEnumerable<Command> Create(ConsoleStreams console)
    {
        yield return Command(console, "cordon", "Has a host take no new tasks; those that it has go on.", _ => new NodeChange.Cordon());
        yield return Command(console, "uncordon", "Has a host take new tasks again, and ends a drain.", _ => new NodeChange.Uncordon());
        var drain = Command(console, "drain", "Has a host take no new tasks, and give back by a deadline those that have not ended.", parsed => new NodeChange.Drain(parsed.GetValue(Reason), At(parsed, console.Time)));
        drain.Options.Add(Reason);
        drain.Options.Add(Deadline);
        drain.Options.Add(Watch);
        yield return drain;
    }

    private static Command Command(ConsoleStreams console, string name, string description, Func<ParseResult, NodeChange> changeOf)
    {
        var command = new Command(name, description) { Node };
        command.SetAction((parsed, _) =>
        {
            var (form, change) = (Cluster.FormOf(parsed), changeOf(parsed));
            return Cluster.CallAsync(parsed, (client, _, stop) => RunAsync(client, (parsed.GetValue(Node)!, change, change is NodeChange.Drain && parsed.GetValue(Watch)), console, form, stop));
        });
        Cluster.AddTo(command, decides: false);
        return command;
    }

    private static async Task<int> RunAsync(IKubernetes client, (string Name, NodeChange Change, bool Watch) asked, ConsoleStreams console, OutputForm form, CancellationToken stop)
    {
        if (asked.Watch)
        {
            await Access.CheckAsync<AgenticTask>(client, null, stop);
            await Access.CheckAsync<FleetNode>(client, null, stop);
        }

        var node = await ChangeAsync(client, asked.Name, asked.Change, stop);
        var told = asked.Change.Told(node.Name());
        if (!asked.Watch)
        {
            await ClusterOptions.PrintAsync(console, form, () => [new EndLine(told)], () => Json(node, null));
            return ExitCodes.Done;
        }

        await (form == OutputForm.Text ? console.Out : console.Error).WriteLineAsync(told);
        try
        {
            var left = await new DrainWatch(client, node, console, form).UntilEmptyAsync(stop);
            await ClusterOptions.PrintAsync(console, form, () => [new EndLine($"{node.Name()} has no task any more.", LineLook.Good)], () => Json(node, left));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync($"foreman-operator: the wait was interrupted; the drain of {node.Name()} goes on. Look at it with: foreman-operator nodes");
            return ExitCodes.Interrupted;
        }
    }

    private static async Task<FleetNode> ChangeAsync(IKubernetes client, string name, NodeChange change, CancellationToken stop)
    {
        try
        {
            var node = await client.TryReadAsync<FleetNode>(name, null, stop) ?? throw new ExitException(ExitCodes.Failed, $"FleetNode {Printable.Line(name)} does not exist; these do: foreman-operator nodes");
            return await client.PatchAsync<FleetNode>(change.Patch(node), name, null, null, stop);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            throw new ExitException(ExitCodes.Failed, $"FleetNode {Printable.Line(name)} has changed meanwhile: try again", e);
        }
        catch (KubernetesException e) when (e.IsForbidden || e.IsUnauthorized)
        {
            throw Access.Unreadable(e, client.Configuration.Host, null);
        }
    }

    private static DateTimeOffset? At(ParseResult parsed, TimeProvider time)
    {
        if (parsed.GetValue(Deadline) is not { } text)
        {
            return null;
        }

        return GoDuration.Parse(text) is { } length && length >= TimeSpan.Zero
            ? time.GetUtcNow() + length
            : throw UsageError.Invalid("--deadline", text, "a duration such as 30m or 2h, from now on");
    }

    private static JsonObject Json(FleetNode node, IReadOnlyList<string>? ended) => new()
    {
        ["node"] = node.Name(),
        ["unschedulable"] = node.Spec.Unschedulable == true,
        ["draining"] = node.Spec.Drain is not null,
        ["reason"] = node.Spec.Drain?.Reason,
        ["deadline"] = node.Spec.Drain?.Deadline?.ToString("O", CultureInfo.InvariantCulture),
        ["empty"] = ended is null ? null : true,
        ["tasks"] = ended is null ? null : new JsonArray([.. ended.Select(e => (JsonNode?)e)]),
    };
}
