using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>Tests of <c>src/Foreman.X/A/B.cs</c> are <c>tests/Foreman.X.Tests/A/BTests.cs</c>, so that either is found from the other.</summary>
internal static class Mirror
{
    // Tests of more than one type live in folders that say so.
    private static readonly string[] OtherKinds = ["Scenarios", "Conformance", "Properties", "Manifests"];

    // These projects have no single source project to mirror.
    private static readonly string[] Exempt =
    [
        "tests/Foreman.Architecture.Tests/",
        "tests/Foreman.EndToEnd.Tests/",
        "tests/Foreman.Kubernetes.Behaviour.Tests/",
        "tests/Foreman.Kubernetes.Faults.Tests/",
        "tests/Foreman.Kubernetes.Interop.Tests/",
    ];

    /// <summary>Test classes whose source is not where their path says.</summary>
    public static IEnumerable<string> Violations(IReadOnlyCollection<SourceFile> files)
    {
        var sources = files.Where(f => f.IsCSharp).Select(f => f.Path).ToHashSet();
        foreach (var test in files.Where(f => f.IsTest && f.Name.EndsWith("Tests.cs", StringComparison.Ordinal)))
        {
            var parts = test.Path.Split('/');
            if (Exempt.Any(e => test.Path.StartsWith(e, StringComparison.Ordinal)) || parts[2..^1].Any(OtherKinds.Contains))
            {
                continue;
            }

            var project = parts[1][..^".Tests".Length];
            var inside = string.Join('/', parts[2..])[..^"Tests.cs".Length] + ".cs";
            string[] expected = [$"src/{project}/{inside}", $"tests/{project}/{inside}", $"hack/{project}/{inside}"];
            if (!expected.Any(sources.Contains))
            {
                yield return $"{test.Path}: tests nothing at {expected[0]}; move it beside its source's path, or into a folder {string.Join(", ", OtherKinds)}";
            }
        }
    }
}
