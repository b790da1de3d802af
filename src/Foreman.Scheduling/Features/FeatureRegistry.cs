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
        new ImageFeature(),
        new PipelineFeature(),
        new InputFeature(),
        new GateFeature(),
        new McpFeature(),
        new CloudProviderFeature(),
        new FreeformFeature(),
    ];

    /// <summary>The unsupported fields of a task; empty when there are none.</summary>
    public static IReadOnlyList<UnsupportedField> InTask(AgenticTask task, SchedulerSettings settings) =>
        [.. Features.SelectMany(f => f.InTask(task.Spec, settings))];

    /// <summary>The unsupported fields of an Agent, with its name before the first; empty when there are none.</summary>
    public static IReadOnlyList<UnsupportedField> InAgent(Agent agent, SchedulerSettings settings) =>
    [
        .. Features.SelectMany(f => f.InAgent(agent.Spec, settings))
            .Select((field, index) => index == 0 ? field with { Path = $"Agent \"{agent.Name()}\": {field.Path}" } : field),
    ];

    /// <summary>All fields in one message.</summary>
    public static string Message(IEnumerable<UnsupportedField> fields) => string.Join(" ", fields.Select(f => $"{f.Path}: {f.Why}."));
}
