using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>What is known of a Workload's tasks, by step: those that are there, and those that were and are gone. Pure.</summary>
internal sealed class Observed
{
    private readonly Dictionary<string, AgenticTask> _tasks;
    private readonly Dictionary<string, StepResult> _results;

    /// <param name="snapshot">The Workload and its tasks.</param>
    public Observed(WorkloadSnapshot snapshot)
    {
        var workload = snapshot.Workload.Name();
        _tasks = new(StringComparer.Ordinal);
        foreach (var task in snapshot.Children)
        {
            // Of several for one step the first by name counts, in whatever order they come.
            var step = StepOf(workload, task);
            if (!_tasks.TryGetValue(step, out var other) || string.CompareOrdinal(task.Name(), other.Name()) < 0)
            {
                _tasks[step] = task;
            }
        }

        _results = _tasks.ToDictionary(t => t.Key, t => StepResult.Of(t.Value), StringComparer.Ordinal);
        foreach (var recorded in snapshot.Workload.Status?.Plan ?? [])
        {
            if ((recorded.Task is not null || IsFailedRound(recorded, snapshot.Workload.Spec)) && !_results.ContainsKey(recorded.Name))
            {
                _results[recorded.Name] = StepResult.Of(recorded) with { Question = Asked.By(recorded, snapshot.Workload.Status?.Questions) };
                if (recorded.Task is not null)
                {
                    Gone.Add(recorded);
                }
            }
        }
    }

    /// <summary>Steps whose tasks were made and are not there any more.</summary>
    public List<WorkloadStep> Gone { get; } = [];

    /// <summary>The tasks that are there, by step.</summary>
    public IReadOnlyDictionary<string, AgenticTask> Tasks => _tasks;

    /// <summary>True when a task was ever made.</summary>
    public bool HasBegun => _results.Count > 0;

    /// <summary>How a step stands.</summary>
    public StepResult Result(string step) => _results.GetValueOrDefault(step, StepResult.Unmade);

    // A revision whose task could not be made is one that failed: it would be tried anew for ever otherwise.
    private static bool IsFailedRound(WorkloadStep recorded, WorkloadSpec spec) =>
        spec.FollowUp is not null && recorded.State == StepState.Failed && FollowUpNames.IsRound(recorded.Name);

    private static string StepOf(string workload, AgenticTask task) =>
        task.Metadata.Labels?.GetValueOrDefault(Labels.Step) is { Length: > 0 } step ? step
        : task.Name().StartsWith(workload + "-", StringComparison.Ordinal) ? task.Name()[(workload.Length + 1)..]
        : task.Name();
}
