using System.Text.RegularExpressions;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>What no file of the tree says.</summary>
internal static partial class Words
{
    // Put together from parts, so that this file passes its own gate.
    private static readonly Regex Unfinished = new(
        $@"\b({"TO"}DO|{"FIX"}ME|X{"XX"})\b|\bNotImplemented{"Exception"}\b|\bfor{" "}now\b", RegexOptions.CultureInvariant);

    // The one place that looks outside the tree, and the command that tells it to people.
    private static readonly string[] MayLookOutside = ["tests/Foreman.Testing/Parts/RealParts.cs", ".ci/lib"];

    /// <summary>Marks of unfinished work.</summary>
    public static IEnumerable<string> UnfinishedWork(IEnumerable<SourceFile> files) =>
        Find(files, Unfinished, "finish it, or say in an issue what is missing");

    /// <summary>Absolute paths of somebody's machine.</summary>
    public static IEnumerable<string> MachinePaths(IEnumerable<SourceFile> files) =>
        Find(files, MachinePath(), "a path that other machines don't have");

    /// <summary>Paths that leave the tree.</summary>
    public static IEnumerable<string> PathsOutside(IEnumerable<SourceFile> files) =>
        Find(files.Where(f => !MayLookOutside.Contains(f.Path)), Outside(), "the tree stands for itself");

    /// <summary>Documents that are named and not there (tests may make files of any name).</summary>
    public static IEnumerable<string> MissingDocuments(IReadOnlyCollection<SourceFile> files)
    {
        var names = files.Select(f => f.Name).ToHashSet();
        return from file in files
               where !file.IsTest
               from line in file.Lines.Index()
               from Match match in Document().Matches(line.Item)
               where !names.Contains(match.Groups[1].Value)
               select $"{file.Path}:{line.Index + 1}: names {match.Value}, which is not in the tree";
    }

    /// <summary>Words of this product in the library that could be published on its own; its own name is no such word.</summary>
    public static IEnumerable<string> ProductWordsInTheLibrary(IEnumerable<SourceFile> files) => Find(
        files.Where(f => f.IsCSharp && f.Path.StartsWith("src/Foreman.Kubernetes/", StringComparison.Ordinal)),
        ProductWord(),
        "the Kubernetes library knows nothing of what is built on it");

    private static IEnumerable<string> Find(IEnumerable<SourceFile> files, Regex pattern, string why) =>
        from file in files
        from line in file.Lines.Index()
        let match = pattern.Match(line.Item)
        where match.Success
        select $"{file.Path}:{line.Index + 1}: '{match.Value}': {why}";

    [GeneratedRegex(@"(?<![\w./-])/(work|root|home/(?!USER|me\b)\w+|Users/(?!USER)\w+)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bforeman\b(?!\.kubernetes\b|-kubernetes\b)|FleetNode|AgenticTask|LLMKube", RegexOptions.IgnoreCase)]
    private static partial Regex ProductWord();

    [GeneratedRegex(@"\.\./shared\b")]
    private static partial Regex Outside();

    // A name of its own or the end of a path, as in docs/how-to/join-a-host.md; not the pattern *.md.
    [GeneratedRegex(@"(?:[\w.-]+/)*\b([\w-][\w.-]*\.md)\b")]
    private static partial Regex Document();
}
