namespace Foreman.Git.Forges;

/// <summary>Where a repository keeps its template for pull requests; whoever has its tree reads the file.</summary>
public static class PullRequestTemplates
{
    private const string Markdown = ".md";
    private const string File = "pull_request_template" + Markdown;
    private static readonly string[] GitHub = [$".github/{File}", File, $"docs/{File}"];
    private static readonly string[] Gitea = [$".forgejo/{File}", $".gitea/{File}", $".github/{File}", File, $"docs/{File}"];
    private static readonly string[] GitLab = [".gitlab/merge_request_templates/default" + Markdown];

    /// <summary>The file that this forge would use by itself.</summary>
    /// <param name="kind">The forge.</param>
    /// <param name="paths">Paths of the tree of the base branch.</param>
    /// <returns>Null when there is none.</returns>
    public static string? Find(ForgeKind kind, IEnumerable<string> paths)
    {
        var places = kind switch
        {
            ForgeKind.GitHub => GitHub,
            ForgeKind.Gitea => Gitea,
            _ => GitLab,
        };
        return paths
            .Select(path => (Path: path, Rank: Array.FindIndex(places, p => p.Equals(path, StringComparison.OrdinalIgnoreCase))))
            .Where(p => p.Rank >= 0)
            .OrderBy(p => p.Rank).ThenBy(p => p.Path, StringComparer.Ordinal)
            .Select(p => p.Path)
            .FirstOrDefault();
    }
}
