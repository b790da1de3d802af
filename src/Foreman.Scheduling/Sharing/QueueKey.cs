using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Which tasks share slots as one: those of a namespace that have the same label <see cref="Labels.Queue"/>, or none.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">Value of the label; null for the tasks without one.</param>
internal readonly record struct QueueKey(string Namespace, string? Name)
{
    /// <summary>The queue of a task.</summary>
    /// <param name="task">The task.</param>
    public static QueueKey Of(AgenticTask task) => new(task.Namespace() ?? "", task.GetLabel(Labels.Queue) is { Length: > 0 } name ? name : null);
}
