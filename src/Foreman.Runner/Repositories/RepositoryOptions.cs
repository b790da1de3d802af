using Foreman.Git;

namespace Foreman.Runner.Repositories;

/// <summary>How a runner works on repositories.</summary>
public sealed record RepositoryOptions
{
    /// <summary>Directory of the mirrors and of git's empty home; it survives a restart and may be shared by processes of one user.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Bounds on the mirrors.</summary>
    public MirrorLimits Mirrors { get; init; } = new();

    /// <summary>Which addresses of repositories are taken.</summary>
    public AddressRules Rules { get; init; } = AddressRules.Default;

    /// <summary>Who makes commits.</summary>
    public CommitIdentity Identity { get; init; } = new("Foreman Bot", "foreman@localhost");

    /// <summary>Tokens by host.</summary>
    public ICredentialBroker Credentials { get; init; } = CredentialBroker.None;

    /// <summary>A fork that branches are pushed to, of the repository with its name; null pushes to the task's own repository.</summary>
    public RepositoryAddress? Fork { get; init; }

    /// <summary>Labels that pull requests get beside those that they have; made where the repository does not know them. At most 50 characters each.</summary>
    public IReadOnlyList<string> PullRequestLabels { get; init; } = [];

    /// <summary>Variables about proxies and certificates that git gets.</summary>
    public IReadOnlyDictionary<string, string> Network { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the mirrors lie.</summary>
    internal string MirrorFolder => Path.Combine(StateFolder, "mirrors");

    /// <summary>Where branches of a repository are pushed to when that is not itself: to the fork on its server that has its name. Pure.</summary>
    /// <param name="address">Of the task's repository.</param>
    internal RepositoryAddress? ForkOf(RepositoryAddress address) =>
        Fork is { } fork && !address.IsLocal && fork.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase)
            && fork.Name.Equals(address.Name, StringComparison.OrdinalIgnoreCase) && !fork.FullName.Equals(address.FullName, StringComparison.OrdinalIgnoreCase) ? fork : null;
}
