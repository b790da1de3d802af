using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Operator.Results;
using Foreman.Operator.Try;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>A step in words. Pure.</summary>
internal static class StepText
{
    private const int MostMessage = 300;
    private const string Superseded = "(a later round took its place)";

    /// <summary>Where it stands, in a word or two: the verdict once it has one.</summary>
    public static string State(WorkloadStep step, AgenticTask? task) =>
        step.State == StepState.Planned ? "planned"
        : step.State == StepState.NotTaken ? "not taken"
        : step.State == StepState.AlreadyResolved ? "already resolved"
        : step.State == StepState.Skipped ? "skipped"
        : HasEnded(step) ? step.Verdict?.Value ?? (step.State == StepState.Failed ? "failed" : step.State.Value)
        : task is null ? (step.State == StepState.Running ? "running" : "waiting")
        : task.PhaseOrPending() == TaskPhase.Pending ? "waiting"
        : task.PhaseOrPending() == TaskPhase.Scheduled ? "assigned"
        : task.IsTerminal() ? task.Status.Verdict?.Value ?? "ended"
        : "running";

    /// <summary>Where, why and what for; empty when there is nothing to say.</summary>
    public static string Detail(WorkloadStep step, AgenticTask? task)
    {
        var parts = new List<string>();
        if (task?.Status.AssignedNode is { Length: > 0 } node)
        {
            parts.Add($"on {node}");
        }

        if (!HasEnded(step) && task is not null)
        {
            parts.AddRange(Progress(task));
        }

        if (step.Reason is { } reason)
        {
            parts.Add(reason.Value);
        }

        var message = !HasEnded(step) && task is not null && task.PhaseOrPending() == TaskPhase.Pending && task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } waits
            ? waits.Message
            : step.Message ?? (HasEnded(step) && task is not null ? EndedTask.Summary(task) : null);
        var where = string.Join(", ", parts);
        var text = TryFormat.OneLine(where.Length > 0 && message is { Length: > 0 } ? $"{where}: {message}" : where + message, MostMessage);
        return step.Superseded != true ? text : text.Length == 0 ? Superseded : $"{text} {Superseded}";
    }

    /// <summary>What a planner proposed it for: kind, Agent, the steps before it, and the planner's reason.</summary>
    public static string Purpose(WorkloadStep step) => TryFormat.OneLine(
        $"{step.Kind} by {(string.IsNullOrEmpty(step.Agent) ? "the built-in Agent" : step.Agent)}{(step.DependsOn is { Count: > 0 } before ? $" after {string.Join(", ", before)}" : "")}: {step.Why}",
        MostMessage);

    /// <summary>What is said of a step of a Workload: of one that a planner proposed and that is not begun, what it is for.</summary>
    public static string Detail(WorkloadState state, WorkloadStep step) =>
        state.IsProposed && step.State == StepState.Planned ? Purpose(step) : Detail(step, state.TaskOf(step));

    /// <summary>How it looks.</summary>
    public static LineLook Look(WorkloadStep step) =>
        step.Superseded == true ? LineLook.Plain
        : step.State == StepState.Succeeded || step.State == StepState.AlreadyResolved ? LineLook.Good
        : step.State == StepState.Failed || step.State == StepState.Incomplete ? LineLook.Bad
        : step.State == StepState.Running ? LineLook.Part
        : LineLook.Plain;

    /// <summary>True once nothing more comes of it.</summary>
    public static bool HasEnded(WorkloadStep step) => step.State != StepState.Planned && step.State != StepState.Pending && step.State != StepState.Running;

    private static IEnumerable<string> Progress(AgenticTask task)
    {
        if (task.Status.Model is { } model)
        {
            yield return $"model {model.Name}";
        }

        if (task.Status.Attempt > 1)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"attempt {task.Status.Attempt}");
        }

        if (task.Status.Progress is { Turn: > 0 } progress && !task.IsTerminal())
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"turn {progress.Turn}{(progress.Tool is { Length: > 0 } tool ? $" ({tool})" : "")}");
        }

        if (TryFormat.Wait(task) is { } wait)
        {
            yield return wait;
        }
    }
}
