using System.Xml.Linq;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>Every package that has a version is used: a pin that nothing refers to is a dependency that nobody decides about.</summary>
internal static class Packages
{
    /// <summary>Packages with a version that no project file refers to, nor a file that projects import.</summary>
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        var all = files.ToList();
        var used = all.Where(IsOfTheBuild).SelectMany(f => Names(f, "PackageReference")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return from file in all
               where file.Name == "Directory.Packages.props"
               from package in Names(file, "PackageVersion")
               where !used.Contains(package)
               select $"{file.Path}: no project refers to {package}: remove its version";
    }

    private static bool IsOfTheBuild(SourceFile file) => Path.GetExtension(file.Name) is ".csproj" or ".props" or ".targets";

    private static IEnumerable<string> Names(SourceFile file, string item) =>
        XDocument.Parse(file.Text).Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>();
}
