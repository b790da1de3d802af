using System.Collections.Immutable;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>An attempt that runs in a Job.</summary>
public sealed record JobRun
{
    /// <summary>The task, with its name, namespace and UID.</summary>
    public required AgenticTask Task { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required long Attempt { get; init; }

    /// <summary>The task's Agent; null for the built-in one.</summary>
    public AgentSpec? Agent { get; init; }

    /// <summary>The container that is the task; null for a run of the loop.</summary>
    public TaskContainer? Container { get; init; }

    /// <summary>What the task says of its Job; null for nothing.</summary>
    public TaskJob? Job { get; init; }

    /// <summary>The operator's configuration.</summary>
    public JobsConfig Config { get; init; } = JobsConfig.Default;

    /// <summary>Name of the Job.</summary>
    public string Name => JobNames.Of(Task.Metadata.Uid ?? "", Attempt);

    /// <summary>Setup of a container; empty for none.</summary>
    internal string Setup => Container is null ? "" : Said(Container.SetupCommand, Config.SetupCommand);

    /// <summary>Teardown of a container; empty for none.</summary>
    internal string Teardown => Container is null ? "" : Said(Container.TeardownCommand, Config.TeardownCommand);

    /// <summary>Content sidecars: those of the configuration, a task's of the same name in its place, then the task's others.</summary>
    internal ImmutableArray<TaskSidecar> Sidecars
    {
        get
        {
            var own = Container?.Sidecars ?? [];
            return Container is null ? []
                : [.. Config.Sidecars.Select(s => own.FirstOrDefault(o => o.Name == s.Name) ?? s), .. own.Where(o => Config.Sidecars.All(s => s.Name != o.Name))];
        }
    }

    private static string Said(string? own, string other) => string.IsNullOrEmpty(own) ? other : own;
}

/// <summary>The Job of a run, or why there is none.</summary>
/// <param name="Job">The Job to create; null when anything is wrong.</param>
/// <param name="Faults">All that is wrong; empty for a good run.</param>
public sealed record JobPlan(V1Job? Job, ImmutableArray<JobFault> Faults);
