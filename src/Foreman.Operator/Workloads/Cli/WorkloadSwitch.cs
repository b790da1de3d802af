using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>What a person changes of a Workload.</summary>
internal enum WorkloadChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No further task begins, and those that have not ended are suspended.</summary>
    Suspend,

    /// <summary>It goes on.</summary>
    Resume,

    /// <summary>Its tasks are cancelled, and it ends.</summary>
    Cancel,
}

/// <summary>Holding, resuming and ending a Workload. Pure.</summary>
internal static class WorkloadSwitch
{
    /// <summary>Why a change can't be made of a Workload; null when it can.</summary>
    public static string? Refusal(Workload workload, WorkloadChange change) =>
        WorkloadState.HasEnded(workload) ? $"Workload {workload.Name()} has ended already ({workload.Status!.Phase}): nothing of it can be held or ended"
        : workload.Spec.Cancel == true && change != WorkloadChange.Cancel ? $"Workload {workload.Name()} was cancelled, which can't be taken back: create a new one"
        : null;

    /// <summary>The patch; it fails when another Workload of that name has taken its place.</summary>
    public static V1Patch Patch(Workload workload, WorkloadChange change) => V1Patch.Json(
        JsonPatchOperation.Test("/metadata/uid", workload.Uid()),
        change == WorkloadChange.Cancel
            ? JsonPatchOperation.Add("/spec/cancel", true)
            : JsonPatchOperation.Add("/spec/suspend", change == WorkloadChange.Suspend));

    /// <summary>What is said of the change once it is stored.</summary>
    public static string Told(string name, WorkloadChange change, WorkloadHints hints) => change switch
    {
        WorkloadChange.Suspend => $"Workload {name} is suspended: no further task begins, and those under way are given back. Let it go on with: {hints.Resume(name)}",
        WorkloadChange.Resume => $"Workload {name} goes on. Watch it with: {hints.Watch(name)}",
        _ => $"Workload {name} is cancelled: its tasks end at the next safe point. Watch it with: {hints.Watch(name)}",
    };
}
