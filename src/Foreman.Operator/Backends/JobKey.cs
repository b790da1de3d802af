using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Backends;

/// <summary>Which attempt a Job is.</summary>
/// <param name="Task">UID of the task.</param>
/// <param name="Attempt">The attempt.</param>
internal readonly record struct JobKey(string Task, long Attempt)
{
    /// <summary>The present attempt of a task.</summary>
    public static JobKey Of(AgenticTask task) => new(task.Uid(), task.Status.Attempt);

    /// <summary>The attempt that the labels of a Job or a pod name; null when they name none.</summary>
    public static JobKey? OfLabels(IKubernetesObject labelled) =>
        labelled.GetLabel(Labels.TaskUid) is { Length: > 0 } uid && long.TryParse(labelled.GetLabel(Labels.Attempt), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? new(uid, attempt)
            : null;
}
