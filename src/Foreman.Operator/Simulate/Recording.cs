using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Simulate;

/// <summary>Makes a trace of the tasks of a cluster. Pure.</summary>
internal static class Recording
{
    /// <summary>Every task that has ended and ran, the first one at 0. Prompts and files are left out: they play no part in where a task goes.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="nodes">The hosts, for the speed of their models.</param>
    /// <param name="since">Tasks created before are left out.</param>
    public static IReadOnlyList<SimulatedTask> Of(IReadOnlyList<AgenticTask> tasks, IReadOnlyList<FleetNode> nodes, DateTimeOffset since)
    {
        AgenticTask[] ended = [.. tasks.Where(t => t.IsTerminal() && t.Metadata.CreationTimestamp >= since && Time(t) > TimeSpan.Zero).OrderBy(t => t.Metadata.CreationTimestamp).ThenBy(t => ObjectKey.Of(t).ToString(), StringComparer.Ordinal)];
        return [.. ended.Select(t => new SimulatedTask(t.Metadata.CreationTimestamp!.Value - ended[0].Metadata.CreationTimestamp!.Value, Bare(t), Time(t), Speed(t, nodes)))];
    }

    // Every attempt took a slot for its time.
    private static TimeSpan Time(AgenticTask task) => task.Status.Attempts.Aggregate(
        TimeSpan.Zero, static (sum, a) => a is { StartedAt: { } started, EndedAt: { } ended } && ended > started ? sum + (ended - started) : sum);

    private static int? Speed(AgenticTask task, IReadOnlyList<FleetNode> nodes) => task.Status.Attempts is [.., { Node: { } node, Model: { } model }]
        ? nodes.FirstOrDefault(n => n.Name() == node)?.Status?.Capability?.Models?.FirstOrDefault(m => m.Name == model)?.DecodeTokensPerSecond
        : null;

    private static AgenticTask Bare(AgenticTask task) => new()
    {
        Metadata = new() { Name = task.Name(), NamespaceProperty = task.Namespace(), Labels = task.Metadata.Labels },
        Spec = new()
        {
            Kind = task.Spec.Kind,
            AgentRef = task.Spec.AgentRef,
            ModelRef = task.Spec.ModelRef,
            RequiredCapability = task.Spec.RequiredCapability,
            Placement = task.Spec.Placement,
            Priority = task.Spec.Priority,
            DependsOn = task.Spec.DependsOn,
            McpEnabled = task.Spec.McpEnabled,
            Payload = Bare(task.Spec.Payload),
        },
    };

    // What a decision asks for must be there, not what it says.
    private static TaskPayload Bare(TaskPayload payload) => payload with
    {
        Prompt = LeftOut(payload.Prompt),
        PromptPrefix = null,
        Contract = LeftOut(payload.Contract),
        GateAdvisories = null,
        Images = payload.Images is { Count: > 0 } ? ["iVBORw0KGgo="] : null,
        Inputs = null,
    };

    private static string? LeftOut(string? text) => string.IsNullOrWhiteSpace(text) ? null : "(left out)";
}
