namespace Foreman.Git.Forges.GitHub;

/// <summary>Body of "Create a pull request" and "Update a pull request".</summary>
internal sealed record GitHubPull
{
    public string? Title { get; init; }

    public string? Head { get; init; }

    /// <summary>Needed between two repositories of one organization.</summary>
    public string? HeadRepo { get; init; }

    public string? Base { get; init; }

    public string? Body { get; init; }

    public bool? Draft { get; init; }
}

/// <summary>Body of "Add labels to an issue"; labels that the repository does not have are made.</summary>
internal sealed record GitHubLabels(IReadOnlyList<string> Labels);

/// <summary>A call of the GraphQL API, which alone turns a draft into a pull request that is ready and back.</summary>
internal sealed record GraphQuery(string Query, GraphVariables Variables);

/// <summary>The node that a mutation is about.</summary>
internal sealed record GraphVariables(string Id);
