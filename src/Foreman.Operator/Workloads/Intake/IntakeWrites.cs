using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads.Intake;

/// <summary>Changes of Workloads that work on issues, as patches: each tests that the Workload is as it was when the change was decided. Pure.</summary>
internal static class IntakeWrites
{
    /// <summary>The patch of a change.</summary>
    public static V1Patch ToPatch(IntakeChange change) => change switch
    {
        SuspendIntake { Suspended: true } => V1Patch.Json(
            [.. ChildWrites.Same(change.Child), .. ChildWrites.AddAnnotation(change.Child, Labels.SuspendedByWorkload), JsonPatchOperation.Add("/spec/suspend", true)]),
        SuspendIntake => V1Patch.Json(
            [.. ChildWrites.Same(change.Child, Labels.SuspendedByWorkload), JsonPatchOperation.Add("/spec/suspend", false), ChildWrites.RemoveAnnotation(Labels.SuspendedByWorkload)]),
        CancelIntake cancel => V1Patch.Json(
            [.. ChildWrites.Same(change.Child), .. ChildWrites.AddAnnotation(change.Child, Labels.CancelledBecause, cancel.Because), JsonPatchOperation.Add("/spec/cancel", true)]),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.GetType().Name, "this change is not known here"),
    };

    /// <summary>The patch that notes a mark that was written.</summary>
    /// <param name="mark">The mark.</param>
    /// <param name="written">When it was written.</param>
    public static V1Patch Note(ForgeMark mark, DateTimeOffset written) => V1Patch.Json(
        [JsonPatchOperation.Test("/metadata/uid", mark.Child.Uid()), .. ChildWrites.AddAnnotation(mark.Child, Labels.IntakeMark, mark.NoteAt(written))]);
}
