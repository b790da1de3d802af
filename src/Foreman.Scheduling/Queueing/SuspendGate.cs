using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>A suspended task is not queued.</summary>
internal static class SuspendGate
{
    public static PendingReason? Check(AgenticTask task) => task.Spec.Suspend == true
        ? new PendingReason(Reasons.Suspended, "spec.suspend is set; clear it to let the task run.")
        : null;
}
