namespace Foreman.Coverage;

/// <summary>Which places of each module one process has run.</summary>
internal static class HitsFile
{
    /// <summary>Writes the file of a process.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="modules">Where coverlet looks for the hits of a module, and the hits, 0 for a place that was not run.</param>
    public static void Write(string file, IReadOnlyList<(string Path, int[] Hits)> modules)
    {
        using var writer = new BinaryWriter(File.Create(file));
        writer.Write(modules.Count);
        foreach (var (path, hits) in modules)
        {
            writer.Write(path);
            writer.Write(hits.Length);
            writer.Write(Array.ConvertAll(hits, h => (byte)(h == 0 ? 0 : 1)));
        }
    }

    /// <summary>Adds up the files of a folder and writes what coverlet expects: a count, then a number for each place.</summary>
    /// <returns>How many files there were.</returns>
    public static int Collect(string folder)
    {
        var all = new Dictionary<string, byte[]>();
        var files = Directory.GetFiles(folder, "*.hits");
        foreach (var file in files)
        {
            using var reader = new BinaryReader(File.OpenRead(file));
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var path = reader.ReadString();
                var hits = reader.ReadBytes(reader.ReadInt32());
                var sum = all.TryGetValue(path, out var there) ? there : all[path] = new byte[hits.Length];
                for (var i = 0; i < hits.Length; i++)
                {
                    sum[i] |= hits[i];
                }
            }
        }

        foreach (var (path, hits) in all)
        {
            using var writer = new BinaryWriter(File.Create(path));
            writer.Write(hits.Length);
            foreach (var hit in hits)
            {
                writer.Write((int)hit);
            }
        }

        return files.Length;
    }
}
