namespace Foreman.Git.Forges.GitLab;

/// <summary>Body of "Create MR" and "Update MR"; its labels are those of "Edit an issue" too.</summary>
internal sealed record GitLabMergeRequest
{
    public string? SourceBranch { get; init; }

    public string? TargetBranch { get; init; }

    /// <summary>The project to merge into, when the branch lies in a fork.</summary>
    public long? TargetProjectId { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary>Names, separated by commas.</summary>
    public string? AddLabels { get; init; }

    /// <summary>Names, separated by commas.</summary>
    public string? RemoveLabels { get; init; }
}
