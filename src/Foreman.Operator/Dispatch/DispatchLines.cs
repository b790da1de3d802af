using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>What of followed tasks is shown, in words, and the changes between two states as lines. Pure.</summary>
internal static class DispatchLines
{
    /// <summary>What is said of a task that no operator has looked at.</summary>
    public const string Unseen = "no operator has looked at it yet: see whether it runs, or start one with `foreman-operator run --kubeconfig FILE`";

    /// <summary>What is said of work on a clone before it begins.</summary>
    public static string Begins(string folder) => $"It begins at what is committed in {folder}; what is not committed there stays out of it.";

    /// <summary>What is said of a task as soon as it is stored.</summary>
    public static IEnumerable<string> Stored(StoredTask stored, DispatchHints hints)
    {
        var task = stored.Task;
        yield return stored.IsNew
            ? $"Task {task.Name()} was created in namespace {hints.Space}."
            : $"Task {task.Name()} is there already in namespace {hints.Space}: {TryFormat.OneLine(TryFormat.Task(task), 400)}.";
        if (!stored.IsNew && !hints.Request.OnlyLooks && task.IsTerminal() && !task.SucceededOnTarget())
        {
            yield return "To do it again, give another --name, and --overwrite to replace its branch.";
        }
    }

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Between(DispatchState before, DispatchState after)
    {
        if (after.Trouble is { } trouble && before.Trouble != trouble)
        {
            yield return PlainLines.Line("cluster", $"{trouble}; it is tried again");
        }

        foreach (var (index, task) in after.Tasks.Index())
        {
            var was = index < before.Tasks.Count ? before.Tasks[index] : null;
            foreach (var line in Between(was, task, after.Tasks.Count > 1 ? $"{task.Name}: " : ""))
            {
                yield return line;
            }
        }
    }

    /// <summary>Where a task stands.</summary>
    public static string Where(DispatchedTask task)
    {
        var status = task.Task.Status;
        var phase = task.Task.PhaseOrPending();
        return task.IsGone ? "was deleted"
            : phase.IsTerminal() || phase == TaskPhase.Pending ? TryFormat.Task(task.Task)
            : string.Create(CultureInfo.InvariantCulture, $"{TryFormat.Task(task.Task)}{(status.Model is { } model ? $", model {model.Name}" : "")}{(status.Attempt > 1 ? $", attempt {status.Attempt}" : "")}");
    }

    /// <summary>How far its run is; null when it has made no turn.</summary>
    public static string? Progress(AgenticTask task) => task.Status.Progress is not { Turn: > 0 } progress ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"turn {progress.Turn}, {progress.PromptTokens:N0} tokens read, {progress.CompletionTokens:N0} written{(progress.Tool is { Length: > 0 } tool ? $", last tool {tool}" : "")}");

    private static IEnumerable<string> Between(DispatchedTask? was, DispatchedTask task, string of)
    {
        var isSameAttempt = was?.Task.Status.Attempt == task.Task.Status.Attempt;
        foreach (var turn in task.Turns.Skip(isSameAttempt ? was!.Turns.Count : 0))
        {
            yield return PlainLines.Line(string.Create(CultureInfo.InvariantCulture, $"turn {turn.Number}"), $"{of}{turn.What}{(turn.Failed ? " (failed)" : "")}");
        }

        if (Progress(task.Task) is { } progress && !task.IsOver && (was is null || progress != Progress(was.Task)))
        {
            yield return PlainLines.Line("progress", of + progress);
        }

        if (was is null || Where(was) != Where(task))
        {
            yield return PlainLines.Line("task", $"{task.Name} {Where(task)}");
        }

        if (task.IsUnseen && was?.IsUnseen != true)
        {
            yield return PlainLines.Line("task", $"{task.Name}: {Unseen}");
        }
    }
}
