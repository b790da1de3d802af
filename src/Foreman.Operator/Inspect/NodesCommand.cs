using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Live;

namespace Foreman.Operator.Inspect;

/// <summary><c>foreman-operator nodes</c>: the hosts, what they offer, and what they do.</summary>
internal static class NodesCommand
{
    private static readonly ClusterOptions Cluster = new("list FleetNodes");

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("nodes", "Shows the hosts: what they offer, the tasks that they have, and why one takes none.");
        Cluster.AddTo(command, decides: false);
        command.SetAction((parsed, _) =>
        {
            var form = Cluster.FormOf(parsed);
            return Cluster.CallAsync(parsed, async (client, _, stop) =>
            {
                FleetNode[] nodes = [.. (await ClusterReader.ListAsync<FleetNode>(client, stop)).OrderBy(n => n.Name(), StringComparer.Ordinal)];
                await ClusterOptions.PrintAsync(console, form, () => Lines(nodes), () => Json(nodes));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    /// <summary>A line for each host. Pure.</summary>
    internal static IEnumerable<EndLine> Lines(IReadOnlyList<FleetNode> nodes)
    {
        if (nodes.Count == 0)
        {
            return [new EndLine("No host has registered. Start foreman-agent on one; foreman-operator enroll NODE gives it an identity.")];
        }

        var table = new TextTable("HOST", "STATE", "SLOTS", "RAM", "ACCELERATOR", "MODELS", "TASKS", "WHY IT TAKES NONE");
        foreach (var node in nodes)
        {
            var (state, why) = State(node);
            var capability = node.Status?.Capability;
            table.Add(
                state == "Ready" ? LineLook.Good : state == "NotReady" ? LineLook.Bad : LineLook.Plain,
                node.Name(),
                state,
                Number($"{node.Status?.UsedSlots ?? 0}/{node.Status?.Slots ?? 1}"),
                capability is { TotalRAMGB: { } total } ? Number($"{capability.AvailableRAMGB ?? 0}/{total} GiB") : "?",
                capability?.Accelerators is [var device, ..] ? device.Name : capability?.Accelerator?.Value ?? "?",
                Models(capability),
                node.Status?.CurrentTasks is { Count: > 0 } tasks ? string.Join(", ", tasks) : "-",
                why);
        }

        return table.Lines();
    }

    // A loaded model is marked: tasks for it start without a wait.
    private static string Models(NodeCapability? capability) => capability?.Models is { Count: > 0 } models
        ? string.Join(", ", models.Select(m => m.Loaded == true ? $"{m.Name}*" : m.Name))
        : "-";

    /// <summary>The state in one word, and why the host takes no tasks; empty when it does. Pure.</summary>
    internal static (string State, string Why) State(FleetNode node)
    {
        var (ready, schedulable) = (node.Status?.Conditions.Find(ConditionTypes.Ready), node.Status?.Conditions.Find(ConditionTypes.Schedulable));
        return ready switch
        {
            null => ("Unknown", "no operator has seen it yet"),
            { Status: not Conditions.True } => (ready.Status == Conditions.False ? "NotReady" : "Unknown", $"{ready.Reason}: {ready.Message}"),
            // The operator may not have seen yet what was just asked.
            _ when node.Spec.Drain is { } drain => ("Draining", $"spec.drain is set: {drain.Reason ?? "no reason given"}"),
            _ when node.Spec.Unschedulable == true => ("Cordoned", "spec.unschedulable is set"),
            _ when schedulable is { Status: Conditions.False, Reason: not Reasons.Cordoned } => (schedulable.Reason == Reasons.Draining ? "Draining" : "Closed", $"{schedulable.Reason}: {schedulable.Message}"),
            _ => ("Ready", ""),
        };
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Json(IReadOnlyList<FleetNode> nodes) => new() { ["nodes"] = new JsonArray([.. nodes.Select(n => (JsonNode)Json(n))]) };

    private static JsonObject Json(FleetNode node)
    {
        var (state, why) = State(node);
        return new()
        {
            ["node"] = node.Name(),
            ["state"] = state,
            ["why"] = why.Length == 0 ? null : why,
            ["slots"] = node.Status?.Slots ?? 1,
            ["usedSlots"] = node.Status?.UsedSlots ?? 0,
            ["availableRAMGB"] = node.Status?.Capability?.AvailableRAMGB,
            ["totalRAMGB"] = node.Status?.Capability?.TotalRAMGB,
            ["accelerator"] = node.Status?.Capability?.Accelerator?.Value,
            ["models"] = new JsonArray([.. (node.Status?.Capability?.Models ?? []).Select(m => (JsonNode)new JsonObject { ["name"] = m.Name, ["loaded"] = m.Loaded == true })]),
            ["tasks"] = new JsonArray([.. (node.Status?.CurrentTasks ?? []).Select(t => (JsonNode?)t)]),
            ["agentVersion"] = node.Status?.AgentVersion,
        };
    }
}
