using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Runner.Repositories;
using Foreman.Sandbox;
using Foreman.Tools.Schedules;

namespace Foreman.Runner;

/// <summary>Who runs tasks, where, and within which bounds.</summary>
public sealed record RunnerOptions
{
    /// <summary>Identity that stands in claims; see <see cref="Foreman.Api.Holder"/>.</summary>
    public required string Holder { get; init; }

    /// <summary>Name of this host, for messages.</summary>
    public required string NodeName { get; init; }

    /// <summary>Placement that this runner serves: tasks placed elsewhere are left alone.</summary>
    public required Placement Placement { get; init; }

    /// <summary>The program that it is part of, for events and messages.</summary>
    public required RunnerProgram Program { get; init; }

    /// <summary>Directory under which each attempt gets a workspace of its own.</summary>
    public required string WorkspaceRoot { get; init; }

    /// <summary>Directory of the outbox and the transcripts; it must survive a restart and be used by one process at a time.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>
    /// Whether this runner may call a model server: null allows every URL that was promised with the assignment. May be
    /// called from any thread. The Agent's own cloud endpoint and InferenceService are allowed besides.
    /// </summary>
    public Func<Uri, bool>? MayCallModel { get; init; }

    /// <summary>
    /// What this host's probes know of a promised model: its measured speed, and other servers here that have it too; null knows
    /// nothing. May be called from any thread.
    /// </summary>
    public Func<ModelEndpoint, ModelEndpoint>? Known { get; init; }

    /// <summary>Told of a model server that lacked memory for a request of a run, by its base URL and what it said; null for nobody. May be called from any thread.</summary>
    public Action<Uri, string>? LackedMemory { get; init; }

    /// <summary>Where commands of models run; asked as each run begins. Null for a runner that runs none.</summary>
    public Func<CommandCage>? Commands { get; init; }

    /// <summary>Where issues and pull requests are read, with the tokens of this host; null for a runner that reads from no forge. Tools of a task get <see cref="ForgeAccess.ForTask"/> of it.</summary>
    public ForgeAccess? Forges { get; init; }

    /// <summary>The schedules that the tools of a task may see and change; null for a runner whose tools have none.</summary>
    public Func<AgenticTask, IScheduleAccess>? Schedules { get; init; }

    /// <summary>How it works on repositories; null for a runner that has none.</summary>
    public RepositoryOptions? Repositories { get; init; }

    /// <summary>Leaves keys and tokens out of what a run tells: those of known forms, and those that were given out up to now.</summary>
    internal Redaction Redaction => Repositories is { } repositories ? new Redaction(repositories.Credentials.Secrets) : Redaction.OfForms;

    /// <summary>Namespace that Foreman is installed in, for messages.</summary>
    public string ForemanNamespace { get; init; } = "foreman-system";

    /// <summary>True leaves every workspace where it is; false removes those that hold nothing the task delivered.</summary>
    public bool KeepWorkspace { get; init; }

    /// <summary>How long a claim is tried while the API server cannot be reached; later the operator hands the task on.</summary>
    public TimeSpan ClaimTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a run that was told to stop may take to its next safe point; then it is left behind, its slot is free and its
    /// task released. Longer than a tool may take that changes files, which is finished first.
    /// </summary>
    internal TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Seed of everything random here: the spread of repeated requests.</summary>
    public int Seed { get; init; }
}

/// <summary>Where a host runs commands of models.</summary>
/// <param name="Cage">The cage; null where none can be run.</param>
/// <param name="Fault">Why there is none, and what to do; null when there is one.</param>
public sealed record CommandCage(Cage? Cage, string? Fault);

/// <summary>What a runner does with a task that it has claimed.</summary>
public enum RunnerMode
{
    /// <summary>Runs the stages of its kind against the promised model.</summary>
    Native,

    /// <summary>Waits and reports success: for measurements of everything around the stages.</summary>
    Stub,
}
