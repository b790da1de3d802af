using Foreman.Api;

namespace Foreman.Jobs;

/// <summary>Why the API server refuses a Job or its pod. Pure.</summary>
public static class JobRefusals
{
    // The first row all of whose words are found decides. What does not last may pass when the Job's controller tries again: a new
    // namespace has no ServiceAccount yet, as servers and webhooks that don't answer are no refusal that is known.
    private static readonly (string[] Words, FailureReason Reason, string Advice, bool Lasts)[] Rows =
    [
        (["exceeded quota"], FailureReason.QuotaExceeded, "wait until others have ended, or raise the quota", true),
        (["must specify"], FailureReason.QuotaExceeded, "the quota of the namespace asks for amounts that the task or the operator's configuration must name", true),
        (["RuntimeClass", "not found"], FailureReason.RuntimeClassNotFound, "install the runtime class, or leave runtimeClassName out", true),
        (["PriorityClass", "found"], FailureReason.JobCreate, "create the priority class, or leave priorityClassName out", true),
        (["serviceaccount", "not found"], FailureReason.JobCreate, "create the ServiceAccount, or leave serviceAccountName out", false),
        (["violates PodSecurity"], FailureReason.JobCreate, "the pod is hardened as the restricted standard asks; what the template adds to it is refused", true),
        (["denied", "request"], FailureReason.JobCreate, "a policy of the cluster refuses it; see what it asks for, such as labels (extraLabels of the operator's --jobs-config)", true),
        (["cannot", "resource"], FailureReason.JobCreate, "grant the operator what it lacks in this namespace", true),
    ];

    /// <summary>The reason, and the message with what to do, of a refusal.</summary>
    /// <param name="message">What the API server said, of a Job that it did not create or in an event FailedCreate about one.</param>
    public static (FailureReason Reason, string Message) Of(string message) => Row(message) is { } row
        ? (row.Reason, $"{Texts.Shown(message, 500)}; {row.Advice}")
        : (FailureReason.JobCreate, Texts.Shown(message, 500));

    /// <summary>The wait of a Job whose pod is refused: over at once where the newest refusal lasts; null where none is.</summary>
    internal static PodWait? Wait(JobObservation observation)
    {
        var refusals = observation.Events.Where(e => e.About == observation.Job?.Metadata?.Uid && e.Reason == "FailedCreate").OrderBy(e => e.FirstSeen).ToList();
        if (refusals.Count == 0)
        {
            return null;
        }

        var (reason, message) = Of(refusals[^1].Message);
        var until = Row(refusals[^1].Message)?.Lasts == true ? refusals[^1].FirstSeen : refusals[0].FirstSeen.AddSeconds(observation.Limits.ContainerCreateSeconds);
        return new(reason, $"the pod of its Job is refused: {message}", until);
    }

    /// <summary>The failure that such a wait has become; null while it has not.</summary>
    internal static Finding? Passed(JobObservation observation) =>
        Wait(observation) is { Until: { } until } wait && observation.Now >= until ? new(wait.Reason, wait.Message) : null;

    private static (string[] Words, FailureReason Reason, string Advice, bool Lasts)? Row(string message)
    {
        foreach (var row in Rows)
        {
            if (row.Words.All(w => JobClassifier.Says(message, w)))
            {
                return row;
            }
        }

        return null;
    }
}
