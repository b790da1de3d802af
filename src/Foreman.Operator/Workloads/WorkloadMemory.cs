using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads;

/// <summary>
/// What the controller knows of a Workload beyond what it follows: its own last writes, until those come back by a watch, and
/// what was refused. One reconcile at a time uses it; it goes with its Workload.
/// </summary>
/// <param name="uid">UID of the Workload.</param>
internal sealed class WorkloadMemory(string uid)
{
    private readonly Dictionary<string, Refusal> _refused = new(StringComparer.Ordinal);
    private (string Version, WorkloadStatus? Status)? _written;
    private volatile bool _waitsForAgent = true;

    /// <summary>UID of the Workload.</summary>
    public string Uid => uid;

    /// <summary>Tasks as the API server answered last, by name, until the store has them.</summary>
    public Dictionary<string, NotedTask> Tasks { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks of others whose names are wanted: their end is a reason to look again.</summary>
    public HashSet<ObjectKey> Taken { get; } = [];

    /// <summary>True once the API server was asked for all tasks since this process leads: a leader before may have written what no watch has told yet.</summary>
    public bool KnowsChildren { get; set; }

    /// <summary>True while an Agent that comes or changes is a reason to look again; read by other threads.</summary>
    public bool WaitsForAgent
    {
        get => _waitsForAgent;
        set => _waitsForAgent = value;
    }

    /// <summary>The Workload with the last status that is known of it.</summary>
    /// <param name="stored">As the store has it.</param>
    public Workload Newest(Workload stored)
    {
        if (_written is { } written && ResourceVersions.IsOlder(stored.ResourceVersion(), written.Version))
        {
            return stored with { Status = written.Status };
        }

        _written = null;
        return stored;
    }

    /// <summary>Takes note of a status that is stored.</summary>
    /// <param name="version">Resource version of the Workload with it.</param>
    /// <param name="status">The status.</param>
    public void NoteStatus(string version, WorkloadStatus? status) => _written = (version, status);

    /// <summary>Takes note of a task as the API server answered it.</summary>
    public void Note(AgenticTask task, long timestamp) => Tasks[task.Name()] = new(task, timestamp);

    /// <summary>Takes note that the write of a task was refused.</summary>
    /// <param name="task">Name of the task.</param>
    /// <param name="refusal">By what, for which generation of the Workload, and when.</param>
    public void Refuse(string task, Refusal refusal) => _refused[task] = refusal;

    /// <summary>What was refused a short while ago, so that it is not tried again yet: a sentence by the name of the task.</summary>
    /// <param name="generation">Generation of the Workload; another one is a reason to try again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pause">Time until it is tried again.</param>
    public Dictionary<string, string> Refusals(long? generation, TimeProvider time, TimeSpan pause)
    {
        foreach (var (task, refusal) in _refused.ToArray())
        {
            if (refusal.Generation != generation || time.GetElapsedTime(refusal.At) >= pause)
            {
                _refused.Remove(task);
            }
        }

        return _refused.ToDictionary(r => r.Key, r => r.Value.Why, StringComparer.Ordinal);
    }
}

/// <summary>A task as the API server answered it.</summary>
/// <param name="Task">The task.</param>
/// <param name="At">Timestamp of the answer.</param>
internal readonly record struct NotedTask(AgenticTask Task, long At);

/// <summary>A write that was refused.</summary>
/// <param name="Why">A sentence.</param>
/// <param name="Generation">Generation of the Workload that it follows from.</param>
/// <param name="At">Timestamp.</param>
internal readonly record struct Refusal(string Why, long? Generation, long At);
