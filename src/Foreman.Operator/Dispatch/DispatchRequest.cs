using Foreman.Api;

namespace Foreman.Operator.Dispatch;

/// <summary>What a person asks of <c>dispatch</c>.</summary>
internal sealed record DispatchRequest
{
    /// <summary>Most issues of one call.</summary>
    public const int MaxIssues = 20;

    /// <summary>Numbers of issues, each a task of its own.</summary>
    public IReadOnlyList<int> Issues { get; init; } = [];

    public string? Prompt { get; init; }

    /// <summary>A Workload of issues or of an intent; null for tasks.</summary>
    public BatchRequest? Batch { get; init; }

    /// <summary>The repository as the task names it: <c>owner/name</c> or a URL; null for none.</summary>
    public string? Repo { get; init; }

    /// <summary>What names of tasks begin with.</summary>
    public string? RepoName { get; init; }

    /// <summary>Absolute path of the clone of this machine; null for another repository.</summary>
    public string? Folder { get; init; }

    public TaskKind Kind { get; init; } = TaskKind.Freeform;

    /// <summary>Name of the task; null for one that is made.</summary>
    public string? Name { get; init; }

    public string? Base { get; init; }

    public string? Branch { get; init; }

    public string? BranchPrefix { get; init; }

    /// <summary>True permits to replace commits that are on the branch already.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Null for what the kind and the repository suggest.</summary>
    public bool? OpenPullRequest { get; init; }

    public GateProfile? Gate { get; init; }

    /// <summary>Name of an Agent; null for the built-in one.</summary>
    public string? Agent { get; init; }

    /// <summary>Name of a model; null for the Agent's, or what the host has loaded.</summary>
    public string? Model { get; init; }

    /// <summary>Longest run of one attempt; null for the usual one.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>True creates the task although nothing could run it now.</summary>
    public bool Queue { get; init; }

    public bool Wait { get; init; }

    public bool Json { get; init; }

    public string? Namespace { get; init; }

    public string? Kubeconfig { get; init; }

    public string? KubeContext { get; init; }

    /// <summary>This machine as its operating system names it.</summary>
    public string Machine { get; init; } = "";

    /// <summary>When it was asked.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>True for a repository that is a folder, of this machine or of another one.</summary>
    public bool IsLocal => TaskRepository.IsFolder(Repo);

    /// <summary>True when nothing is to be done but looked at: a task that is there already is followed.</summary>
    public bool OnlyLooks => Batch is null && Issues.Count == 0 && Prompt is null && Repo is null;
}
