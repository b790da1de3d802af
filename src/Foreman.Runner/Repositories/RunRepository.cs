using System.Collections.Immutable;
using Foreman.Git;

namespace Foreman.Runner.Repositories;

/// <summary>The repository of a run, checked out.</summary>
/// <param name="Address">Whose it is, and where its branch is pushed to.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Base">The commit that the branch left its base at.</param>
internal sealed record RunRepository(RepositoryAddress Address, WorkingTree Tree, string Base)
{
    /// <summary>Commit by branch of the other branches that the run looks at, as they were when it began.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; init; } = ImmutableDictionary<string, string>.Empty;
}
