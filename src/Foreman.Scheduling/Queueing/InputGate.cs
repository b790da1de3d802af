using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>The files of a task are there before its first assignment, after which its payload can't change.</summary>
internal static class InputGate
{
    /// <summary>A reason while one is missing.</summary>
    /// <param name="task">The task, Pending.</param>
    /// <param name="problems">What kept files of tasks from being fetched, by the UID of the task.</param>
    public static PendingReason? Check(AgenticTask task, IReadOnlyDictionary<string, string> problems)
    {
        var missing = task.Status.Attempt > 0 ? [] : (task.Spec.Payload.Inputs ?? []).Index().Where(i => !i.Item.IsFilled()).ToArray();
        if (missing is not [var first, ..])
        {
            return null;
        }

        return new PendingReason(Reasons.WaitingForInputs, problems.GetValueOrDefault(task.Uid()) is { Length: > 0 } problem
            ? $"{problem}."
            : string.Create(CultureInfo.InvariantCulture, $"spec.payload.inputs[{first.Index}] (\"{first.Item.Path}\") is being fetched."));
    }
}
