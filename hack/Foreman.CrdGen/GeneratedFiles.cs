namespace Foreman.CrdGen;

/// <summary>The generated files and whether they are up to date.</summary>
public static class GeneratedFiles
{
    /// <summary>Folder of the definitions, from the root of the source tree.</summary>
    public const string DefinitionsFolder = "charts/foreman/files/crds";

    /// <summary>The reference page, from the root of the source tree.</summary>
    public const string ReferencePage = "docs/reference/api.md";

    /// <summary>Every generated file: path from the root of the source tree → text.</summary>
    public static IReadOnlyDictionary<string, string> Generate()
    {
        var kinds = KindReader.ReadAll();
        var files = kinds.ToDictionary(k => $"{DefinitionsFolder}/{k.DefinitionName}.yaml", DefinitionYaml.Write);
        files.Add(ReferencePage, ApiReference.Write(kinds));
        return files;
    }

    /// <summary>Paths of files that differ, are missing or are stray; in order.</summary>
    public static IReadOnlyList<string> OutOfDate(string root)
    {
        var expected = Generate();
        var folder = Path.Combine(root, DefinitionsFolder);
        var there = Directory.Exists(folder) ? Directory.GetFiles(folder).Select(f => $"{DefinitionsFolder}/{Path.GetFileName(f)}") : [];
        return
        [
            .. expected.Where(f => !File.Exists(Path.Combine(root, f.Key)) || File.ReadAllText(Path.Combine(root, f.Key)) != f.Value).Select(f => f.Key)
                .Concat(there.Where(f => !expected.ContainsKey(f)))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Writes every file that is out of date, and returns the changed ones.</summary>
    public static IReadOnlyList<string> Update(string root)
    {
        var expected = Generate();
        var changed = OutOfDate(root);
        foreach (var path in changed)
        {
            var file = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (expected.TryGetValue(path, out var text))
            {
                File.WriteAllText(file, text);
            }
            else
            {
                File.Delete(file);
            }
        }

        return changed;
    }
}
