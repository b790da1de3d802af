using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The work itself. Which fields are read depends on the task's kind.</summary>
public sealed record TaskPayload
{
    /// <summary>Repository as owner/name.</summary>
    public string? Repo { get; init; }

    /// <summary>Number of the issue.</summary>
    [RangeMinimum(1)]
    public int? Issue { get; init; }

    /// <summary>Branch to work on.</summary>
    public string? Branch { get; init; }

    /// <summary>Branch to start from; main when absent.</summary>
    public string? BaseBranch { get; init; }

    /// <summary>True opens a pull request at the end.</summary>
    public bool? OpenPullRequest { get; init; }

    /// <summary>True allows to overwrite an existing branch.</summary>
    public bool? AllowOverwrite { get; init; }

    /// <summary>Prefix of the branch that is made.</summary>
    public string? BranchPrefix { get; init; }

    /// <summary>Branch whose work is revised.</summary>
    public string? ReviseFromBranch { get; init; }

    /// <summary>What to do with an existing branch.</summary>
    [Default("\"reset\"")]
    public BranchStrategy? BranchStrategy { get; init; }

    /// <summary>What the model is asked to do: the whole first user message.</summary>
    [Length(Max = 262144)]
    public string? Prompt { get; init; }

    /// <summary>Paths of images in the workspace, sent with the prompt in this order: PNG, JPEG, WebP or GIF. The Agent needs vision.enabled.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Text that goes before everything else in the system message.</summary>
    public string? PromptPrefix { get; init; }

    /// <summary>The Agent that does it, as agentRef would name it; without effect where agentRef names one.</summary>
    public string? Agent { get; init; }

    /// <summary>Findings of an earlier gate.</summary>
    public IReadOnlyList<GateAdvisory>? GateAdvisories { get; init; }

    /// <summary>Slices of work, joined or compared in this order.</summary>
    public IReadOnlyList<TaskSlice>? Slices { get; init; }

    /// <summary>What the slices agreed on, as text, or the path of its file in the repository.</summary>
    public string? Contract { get; init; }

    /// <summary>Identifiers that several slices use.</summary>
    public IReadOnlyList<SharedIdentifier>? SharedIdentifiers { get; init; }

    /// <summary>Files that are put into the workspace before the run begins; at most 32.</summary>
    [Length(Max = TaskInput.MaxInputs)]
    public IReadOnlyList<TaskInput>? Inputs { get; init; }
}

/// <summary>A finding of a gate.</summary>
public sealed record GateAdvisory
{
    /// <summary>The check that found it.</summary>
    public string? Check { get; init; }

    /// <summary>What it found.</summary>
    public string? Detail { get; init; }
}

/// <summary>A slice of work.</summary>
public sealed record TaskSlice
{
    /// <summary>Name of the slice.</summary>
    [Required]
    [Length(Min = 1)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Branch that holds it.</summary>
    public string? Branch { get; init; }

    /// <summary>Files that it may change, and folders with all below them; absent for whatever it changes.</summary>
    public IReadOnlyList<string>? Files { get; init; }
}

/// <summary>An identifier that several slices use.</summary>
public sealed record SharedIdentifier
{
    /// <summary>The identifier.</summary>
    [Required]
    [Length(Min = 1)]
    public string Id { get => field ?? ""; init; }

    /// <summary>Slice that defines it.</summary>
    [Required]
    [Length(Min = 1)]
    public string DefinedBy { get => field ?? ""; init; }

    /// <summary>Slices that use it.</summary>
    public IReadOnlyList<string>? ReferencedBy { get; init; }
}
