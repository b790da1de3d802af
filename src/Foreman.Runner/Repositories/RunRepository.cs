using Foreman.Git;

namespace Foreman.Runner.Repositories;

/// <summary>The repository of a run, checked out.</summary>
/// <param name="Address">Whose it is, and where its branch is pushed to.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Base">The commit that the branch left its base at.</param>
internal sealed record RunRepository(RepositoryAddress Address, WorkingTree Tree, string Base);
