using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads;
using Foreman.Workloads;

namespace Foreman.Operator.Workflows;

/// <summary>
/// What the controller knows of a Workflow beyond what it follows: its own last writes, until those come back by a watch, what steps gave
/// that the status only refers to, and what was refused. One reconcile at a time uses it; it goes with its Workflow.
/// </summary>
/// <param name="uid">UID of the Workflow.</param>
internal sealed class WorkflowMemory(string uid)
{
    private Workflow? _written;
    private (string Step, long? Generation, WorkflowObstacle Obstacle, long At)? _refused;

    /// <summary>UID of the Workflow.</summary>
    public string Uid => uid;

    /// <summary>The task of a step as the API server answered it last, until the store has it.</summary>
    public NotedTask? Task { get; set; }

    /// <summary>Outputs that are stored in ConfigMaps, by step.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>The Workflow as it is known last.</summary>
    /// <param name="stored">As the store has it.</param>
    public Workflow Newest(Workflow stored)
    {
        if (_written is { } written && ResourceVersions.IsOlder(stored.ResourceVersion(), written.ResourceVersion()))
        {
            return written;
        }

        _written = null;
        return stored;
    }

    /// <summary>Takes note of the Workflow after a write; null when what was known is not true any more.</summary>
    public void Note(Workflow? written) => _written = written;

    /// <summary>Takes note that a write about a step was refused.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="generation">Generation of the Workflow that the write follows from.</param>
    /// <param name="obstacle">By what.</param>
    /// <param name="timestamp">When.</param>
    public void Refuse(string step, long? generation, WorkflowObstacle obstacle, long timestamp) => _refused = (step, generation, obstacle, timestamp);

    /// <summary>What was refused a short while ago, so that it is not tried again yet; null for nothing.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="generation">Generation of the Workflow; another one is a reason to try again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pause">Time until it is tried again.</param>
    public WorkflowObstacle? ObstacleOf(string step, long? generation, TimeProvider time, TimeSpan pause)
    {
        if (_refused is { } refused && refused.Step == step && refused.Generation == generation && time.GetElapsedTime(refused.At) < pause)
        {
            return refused.Obstacle;
        }

        _refused = null;
        return null;
    }
}
