using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>What follows for a Workflow that has begun and not ended, from the step that is due. Pure.</summary>
internal sealed class WorkflowProgress
{
    private const string Held = "Waits until spec.suspend is cleared.";

    private readonly WorkflowSnapshot _snapshot;
    private readonly WorkflowStatusWriter _writer;
    private readonly ImmutableArray<WorkflowStepStatus> _entries;
    private readonly int _number;
    private readonly DateTimeOffset? _limit;
    private readonly DateTimeOffset _now;

    /// <param name="snapshot">The Workflow and the task of the step that is due.</param>
    /// <param name="now">Time of day.</param>
    public WorkflowProgress(WorkflowSnapshot snapshot, DateTimeOffset now)
    {
        (_snapshot, _now) = (snapshot, now);
        _writer = new(snapshot.Workflow, now);
        _entries = StepEntries.Of(snapshot.Workflow);
        _number = StepEntries.DueOf(_entries);
        _limit = snapshot.Workflow is { Spec.TimeoutSeconds: { } seconds and > 0, Status.StartedAt: { } began } ? began.AddSeconds(seconds) : null;
    }

    private WorkflowSpec Spec => _snapshot.Workflow.Spec;

    private WorkflowStepStatus Entry => _entries[_number];

    private bool IsOver => _limit <= _now;

    private string TimedOut => Text($"spec.timeoutSeconds of the Workflow, {Spec.TimeoutSeconds}, is over.");

    /// <summary>Decides what is to be done next.</summary>
    public WorkflowAction Decide() =>
        _number < 0 ? Succeeded(_entries)
        : _snapshot.Task is { } task ? (task.IsTerminal() ? Ended(task) : UnderWay(task))
        : Entry.Task is not null ? Failed(Reasons.StepFailed, "Its task was deleted before its end was recorded.")
        : Unmade();

    private WorkflowAction Unmade()
    {
        if (Spec.Cancel == true)
        {
            return _writer.End(_entries, _number, Reasons.Cancelled, $"spec.cancel was set before step {Entry.Name} began.");
        }

        if (IsOver)
        {
            return _writer.End(_entries, _number, Reasons.Timeout, $"{TimedOut} Step {Entry.Name} had not begun.");
        }

        if (Spec.Suspend == true)
        {
            return Waits(Held);
        }

        if (_snapshot.Obstacle is { } obstacle)
        {
            return Kept(obstacle);
        }

        try
        {
            return new CreateStepTask(StepTask.Of(_snapshot, _entries, _number));
        }
        catch (ReferenceException e)
        {
            return Failed(Reasons.ReferenceNotResolved, $"{e.Message}.");
        }
    }

    private WorkflowAction UnderWay(AgenticTask task) => _snapshot.Obstacle is null && ChangeOf(task) is { } change
        ? new ChangeStepTask(change)
        : Told(_entries.SetItem(_number, StepEntries.UnderWay(Entry, task, _snapshot.Obstacle?.Message)));

    private ChildChange? ChangeOf(AgenticTask task)
    {
        if (Spec.Cancel == true || IsOver)
        {
            return task.Spec.Cancel == true ? null : new CancelChild { Task = task, Because = Spec.Cancel == true ? null : TimedOut };
        }

        if (Spec.Suspend == true)
        {
            return task.Spec.Suspend == true ? null : new SuspendChild { Task = task, Suspended = true };
        }

        return task.GetAnnotation(Labels.SuspendedByWorkload) is null ? null : new SuspendChild { Task = task, Suspended = false };
    }

    private WorkflowAction Ended(AgenticTask task)
    {
        var result = StepResult.Of(task);
        var entry = StepEntries.Ended(Entry, task, result);
        if (!result.IsOnTarget)
        {
            var entries = _entries.SetItem(_number, entry);
            return task.Status.FailureReason != FailureReason.Cancelled || (Spec.Cancel != true && !IsOver)
                ? _writer.End(entries, _number, Reasons.StepFailed, $"Step {entry.Name} did not reach its target: {entry.Message}")
                : Spec.Cancel == true ? _writer.End(entries, _number, Reasons.Cancelled, $"spec.cancel was set, and step {entry.Name} was cancelled.")
                : _writer.End(entries, _number, Reasons.Timeout, $"{TimedOut} Step {entry.Name} was cancelled.");
        }

        var outputs = StepOutputs.Of(result);
        return outputs.Count == 0 ? Captured(entry)
            : _entries.Sum(e => StepOutputs.BytesOf(e.Outputs)) + StepOutputs.BytesOf(outputs) <= StepOutputs.MaxInStatus ? Captured(entry with { Outputs = outputs })
            : Stored(entry, outputs);
    }

    // Where the status has no room, it may refer to outputs only once they are stored.
    private WorkflowAction Stored(WorkflowStepStatus entry, ImmutableSortedDictionary<string, string> outputs)
    {
        if (_snapshot.StoredOutputs.ContainsKey(entry.Name))
        {
            return Captured(entry with { OutputsRef = new() { Name = StepOutputs.NameOf(_snapshot.Workflow, entry.Name) } });
        }

        if (_snapshot.Obstacle is { } obstacle)
        {
            return Kept(obstacle);
        }

        return StepOutputs.ToJson(outputs).ToJsonString().Length is var length && length > StepOutputs.MaxStored
            ? Failed(Reasons.StepFailed, Text($"Its outputs have {length} characters as JSON, and {StepOutputs.MaxStored} is the most."))
            : new StoreStepOutputs(entry.Name, StepOutputs.ToConfigMap(_snapshot.Workflow, entry.Name, outputs));
    }

    private WorkflowAction Captured(WorkflowStepStatus entry)
    {
        var entries = _entries.SetItem(_number, entry);
        return _number == entries.Length - 1 ? Succeeded(entries) : Told(entries);
    }

    private WorkflowAction Succeeded(ImmutableArray<WorkflowStepStatus> entries) =>
        _writer.End(entries, entries.Length - 1, Reasons.AllStepsSucceeded, Text($"All {entries.Length} steps reached their target."));

    private WorkflowAction Failed(string reason, string why) =>
        _writer.End(_entries.SetItem(_number, StepEntries.Failed(Entry, why)), _number, reason, $"Step {Entry.Name}: {why}");

    private WorkflowAction Kept(WorkflowObstacle obstacle) => obstacle.IsFinal ? Failed(Reasons.StepFailed, obstacle.Message) : Waits(obstacle.Message);

    private WorkflowAction Waits(string why) => Told(_entries.SetItem(_number, Entry with { Message = StepEntries.Cut(why) }));

    private WorkflowAction Told(ImmutableArray<WorkflowStepStatus> entries) => _writer.Write(entries, _limit - _now);
}
