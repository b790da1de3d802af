namespace Foreman.Git.Forges;

/// <summary>Which API a forge speaks.</summary>
public enum ForgeKind
{
    /// <summary>GitHub REST v3, on github.com and GitHub Enterprise.</summary>
    GitHub,

    /// <summary>Gitea API v1, which Forgejo speaks too.</summary>
    Gitea,

    /// <summary>GitLab REST v4.</summary>
    GitLab,
}
