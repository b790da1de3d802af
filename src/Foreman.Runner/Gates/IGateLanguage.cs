using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Runner.Gates.Languages;

namespace Foreman.Runner.Gates;

/// <summary>How repositories of one language are usually checked. Pure.</summary>
internal interface IGateLanguage
{
    /// <summary>All that have usual commands.</summary>
    static ImmutableArray<IGateLanguage> All { get; } = [new GoGate(), new PythonGate(), new NodeGate(), new DotnetGate(), new RustGate()];

    GateLanguage Language { get; }

    /// <summary>Which files are tests and sources.</summary>
    TestFiles Tests { get; }

    /// <summary>Folders for caches and such; see <see cref="GatePlan.Environment"/>.</summary>
    ImmutableDictionary<string, string> Environment { get; }

    /// <summary>The file that says where the project begins; null when the tree is none of this language.</summary>
    string? Root(RepositoryTree tree);

    /// <summary>True for a file that says that a project begins in its folder.</summary>
    bool BeginsProject(string path);

    /// <summary>True when the commands of a project leave out the projects in folders below it.</summary>
    bool EndsAtNested => false;

    /// <summary>The checks of a project, in the order in which they run.</summary>
    /// <param name="tree">The repository.</param>
    /// <param name="root">The file that <see cref="Root"/> found; null when the language was given and there is none.</param>
    /// <param name="profile">What the task says; null when nothing.</param>
    IEnumerable<GateCheck> ChecksOf(RepositoryTree tree, string? root, GateProfile? profile);
}
