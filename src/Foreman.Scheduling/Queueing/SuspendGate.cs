using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>A suspended task is not queued.</summary>
internal static class SuspendGate
{
    public static Hold? Check(AgenticTask task) => task.Spec.Suspend == true
        ? new Hold(Reasons.Suspended, "spec.suspend is set; clear it to let the task run.")
        : null;
}
