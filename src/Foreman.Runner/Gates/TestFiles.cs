using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Gates;

/// <summary>Tells tests from sources by their paths.</summary>
/// <param name="Extensions">Endings of the names of sources and tests, each with its dot.</param>
/// <param name="IsUsualTest">Whether a path is a test by the habits of its language.</param>
internal sealed record TestFiles(ImmutableArray<string> Extensions, Func<string, bool> IsUsualTest)
{
    /// <summary>Folder of the tests, with a slash at its end; null where habits decide.</summary>
    public string? TestRoot { get; private init; }

    /// <summary>Folder of the sources, with a slash at its end; null for everything that is no test.</summary>
    public string? SourceRoot { get; private init; }

    /// <summary>With what the task says of its repository.</summary>
    /// <param name="profile">Null when it says nothing.</param>
    public TestFiles With(GateProfile? profile) => this with
    {
        Extensions = profile?.SourceExtensions is { Count: > 0 } endings ? [.. endings.Select(e => e.StartsWith('.') ? e : "." + e)] : Extensions,
        TestRoot = Folder(profile?.TestLayout?.TestRoot),
        SourceRoot = Folder(profile?.TestLayout?.SourceRoot),
    };

    /// <summary>True for a test, and for everything else in the folder of the tests: data and helpers go with them.</summary>
    public bool IsTest(string path) => TestRoot is { } root ? path.StartsWith(root, StringComparison.Ordinal) : HasEnding(path) && IsUsualTest(path);

    /// <summary>True for a source that is no test.</summary>
    public bool IsSource(string path) =>
        HasEnding(path) && !IsTest(path) && (SourceRoot is not { } root || path.StartsWith(root, StringComparison.Ordinal));

    private bool HasEnding(string path) => Extensions.IsEmpty || Extensions.Any(e => path.EndsWith(e, StringComparison.Ordinal));

    // A folder that leads out of the repository names none of its files.
    private static string? Folder(string? text)
    {
        var parts = (text ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(p => p != ".").ToList();
        return parts.Count == 0 ? null : string.Join('/', parts) + "/";
    }
}
