using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Every feature that this release does not have in full. Nothing is silently ignored: the message about an object names all
/// of these fields that it sets at once, in the order of this list.
/// </summary>
internal static class FeatureRegistry
{
    private static readonly IReadOnlyList<IFeature> Features =
    [
        new TaskKindFeature(),
        new JobFeature(),
        new ToolFeature(),
        new RepositoryFeature(),
        new SliceFeature(),
        new InputFeature(),
        new GateFeature(),
        new ScanFeature(),
        new McpFeature(),
        new CloudProviderFeature(),
        new FreeformFeature(),
    ];

    /// <summary>The unsupported fields of a task; empty when there are none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="agent">Its Agent; null for the built-in one, or while it does not exist.</param>
    /// <param name="settings">Those of the scheduler.</param>
    public static IReadOnlyList<UnsupportedField> InTask(AgenticTask task, Agent? agent, SchedulerSettings settings) =>
        [.. Features.SelectMany(f => f.InTask(task.Spec, settings)), .. JobFeature.JobElsewhere(task.Spec, agent?.Spec, settings), .. ImagesWithoutVision(task, agent), .. AgentOfAnotherKind(task, agent)];

    /// <summary>The unsupported fields of an Agent, with its name before the first; empty when there are none.</summary>
    public static IReadOnlyList<UnsupportedField> InAgent(Agent agent, SchedulerSettings settings) =>
    [
        .. Features.SelectMany(f => f.InAgent(agent.Spec, settings))
            .Select((field, index) => index == 0 ? field with { Path = $"Agent \"{agent.Name()}\": {field.Path}" } : field),
    ];

    // It has no model that could do anything else.
    private static IEnumerable<UnsupportedField> AgentOfAnotherKind(AgenticTask task, Agent? agent) =>
        agent is not null && DeterministicAgent.KindOf(agent.Spec) is { } kind && kind != task.Spec.Kind
            ? [new(task.Spec.AgentField(), $"Agent \"{agent.Name()}\" has no model and does tasks of kind {kind} only, by its tool {DeterministicAgent.ToolOf(agent.Spec)}; name another, or use that kind")]
            : [];

    // Nothing of a task is left out without a word, images included.
    private static IEnumerable<UnsupportedField> ImagesWithoutVision(AgenticTask task, Agent? agent) =>
        task.Spec.Payload.Images is { Count: > 0 } && agent is { Spec.Vision: not { Enabled: true } }
            ? [new("spec.payload.images", $"Agent \"{agent.Name()}\" does not send images; set its spec.vision.enabled, or leave them out")]
            : [];

    /// <summary>All fields in one message.</summary>
    public static string Message(IEnumerable<UnsupportedField> fields) => string.Join(" ", fields.Select(f => $"{f.Path}: {f.Why}."));
}
