using Foreman.Git;

namespace Foreman.Runner.Repositories;

/// <summary>The repository of a run, checked out.</summary>
/// <param name="Address">Whose it is: where its base, its issues and its pull requests are.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Base">The commit that the branch left its base at.</param>
internal sealed record RunRepository(RepositoryAddress Address, WorkingTree Tree, string Base)
{
    /// <summary>The fork that its branches are pushed to; null when that is the repository itself.</summary>
    public RepositoryAddress? Fork { get; init; }

    /// <summary>Where its branches are pushed to.</summary>
    public RepositoryAddress PushedTo => Fork ?? Address;
}
