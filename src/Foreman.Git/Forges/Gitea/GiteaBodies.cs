namespace Foreman.Git.Forges.Gitea;

/// <summary>CreatePullRequestOption and EditPullRequestOption.</summary>
internal sealed record GiteaPull
{
    public string? Title { get; init; }

    public string? Head { get; init; }

    public string? Base { get; init; }

    public string? Body { get; init; }
}

/// <summary>IssueLabelsOption; releases before 1.22 take numbers only.</summary>
internal sealed record GiteaLabels(IReadOnlyList<long> Labels);

/// <summary>CreateLabelOption.</summary>
internal sealed record GiteaLabel(string Name, string Color);
