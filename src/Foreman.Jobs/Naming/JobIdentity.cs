using System.Globalization;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>Which Job is which attempt's. Pure.</summary>
public static class JobIdentity
{
    /// <summary>The selector of the Jobs and pods of all tasks.</summary>
    public const string OfAll = $"app.kubernetes.io/name={JobMetadata.App},app.kubernetes.io/component={JobMetadata.Component}";

    /// <summary>The selector of the Job and the pod of an attempt. It selects by the task's UID, so that no two tasks mix, whatever their names are made fit to.</summary>
    /// <param name="taskUid">UID of the task.</param>
    /// <param name="attempt">The attempt.</param>
    public static string Selector(string taskUid, long attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{Labels.TaskUid}={LabelValues.Of(taskUid)},{Labels.Attempt}={attempt}");

    /// <summary>
    /// True when the Job is that of the attempt: an answer that it exists already is then the answer to a creation whose own was lost.
    /// A Job of the same name of anybody else is never taken.
    /// </summary>
    /// <param name="job">The Job as the server has it.</param>
    /// <param name="taskUid">UID of the task.</param>
    /// <param name="attempt">The attempt.</param>
    public static bool IsOf(V1Job job, string taskUid, long attempt) =>
        taskUid.Length > 0
        && job.Metadata?.OwnerReferences.Each().Any(o => o.Uid == taskUid && o.Kind == AgenticTask.Type.Kind && o.Controller == true) == true
        && AttemptOf(job) == attempt;

    /// <summary>The attempt that a Job is; null when its label does not say.</summary>
    /// <param name="job">The Job.</param>
    public static long? AttemptOf(V1Job job) =>
        job.Metadata?.Labels is { } labels && labels.TryGetValue(Labels.Attempt, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : null;
}
