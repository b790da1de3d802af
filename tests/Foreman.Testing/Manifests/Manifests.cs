using System.Collections.Immutable;

namespace Foreman.Testing;

/// <summary>Manifests as people have written them for LLMKube's Foreman: every kind, every optional block, nothing of ours.</summary>
public static class Manifests
{
    private const string Folder = "manifests/";

    /// <summary>Name of the file without its ending → YAML.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Read();

    private static ImmutableSortedDictionary<string, string> Read()
    {
        var assembly = typeof(Manifests).Assembly;
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
