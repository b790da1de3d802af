using System.Collections.Immutable;

namespace Foreman.Api;

/// <summary>
/// The CustomResourceDefinitions of this release, as the chart installs them. The text can be applied as it is (content type
/// <c>application/yaml</c>).
/// </summary>
public static class CustomResources
{
    private const string Folder = "crds/";

    /// <summary>Name of the definition, for example <c>agentictasks.foreman.llmkube.dev</c> → the definition as YAML.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Read();

    private static ImmutableSortedDictionary<string, string> Read()
    {
        var assembly = typeof(CustomResources).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(name => name[Folder.Length..], Text, StringComparer.Ordinal);

        string Text(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
