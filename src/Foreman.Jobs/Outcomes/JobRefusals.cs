using System.Collections.Immutable;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>Why the API server refuses a Job or its pod. Pure.</summary>
public static class JobRefusals
{
    // The first row all of whose words are found decides.
    private static readonly (string[] Words, FailureReason Reason, string Advice)[] Rows =
    [
        (["exceeded quota"], FailureReason.QuotaExceeded, "wait until others have ended, or raise the quota"),
        (["must specify"], FailureReason.QuotaExceeded, "the quota of the namespace asks for amounts that the task or the operator's configuration must name"),
        (["RuntimeClass", "not found"], FailureReason.RuntimeClassNotFound, "install the runtime class, or leave runtimeClassName out"),
        (["PriorityClass", "found"], FailureReason.JobCreate, "create the priority class, or leave priorityClassName out"),
        (["serviceaccount", "not found"], FailureReason.JobCreate, "create the ServiceAccount, or leave serviceAccountName out"),
        (["violates PodSecurity"], FailureReason.JobCreate, "the pod is hardened as the restricted standard asks; what the template adds to it is refused"),
        (["denied", "request"], FailureReason.JobCreate, "a policy of the cluster refuses it; see what it asks for, such as labels (extraLabels of the operator's --jobs-config)"),
        (["cannot", "resource"], FailureReason.JobCreate, "grant the operator what it lacks in this namespace"),
    ];

    /// <summary>The reason, and the message with what to do, of a refusal.</summary>
    /// <param name="message">What the API server said, of a Job that it did not create or in an event FailedCreate about one.</param>
    public static (FailureReason Reason, string Message) Of(string message)
    {
        foreach (var (words, reason, advice) in Rows)
        {
            if (words.All(w => JobClassifier.Says(message, w)))
            {
                return (reason, $"{Texts.Shown(message, 500)}; {advice}");
            }
        }

        return (FailureReason.JobCreate, Texts.Shown(message, 500));
    }

    /// <summary>Why a Job has no pod; null while nothing says that it will have none.</summary>
    internal static Finding? Of(V1Job job, ImmutableArray<JobEvent> events)
    {
        var refused = events.Where(e => e.About == job.Metadata?.Uid && e.Reason == "FailedCreate").MaxBy(e => e.FirstSeen);
        if (refused is null)
        {
            return null;
        }

        var (reason, message) = Of(refused.Message);
        return new(reason, $"the pod of its Job is refused: {message}");
    }
}
