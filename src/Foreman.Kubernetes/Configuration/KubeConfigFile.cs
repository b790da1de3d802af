namespace Foreman.Kubernetes;

/// <summary>The contents of one kubeconfig file, or of several merged.</summary>
/// <param name="Source">File, or files, for messages.</param>
internal sealed record KubeConfigFile(string Source)
{
    public string? CurrentContext { get; init; }

    public IReadOnlyDictionary<string, KubeConfigEntry> Clusters { get; init; } = new Dictionary<string, KubeConfigEntry>();

    public IReadOnlyDictionary<string, KubeConfigEntry> Users { get; init; } = new Dictionary<string, KubeConfigEntry>();

    public IReadOnlyDictionary<string, KubeConfigEntry> Contexts { get; init; } = new Dictionary<string, KubeConfigEntry>();

    public static KubeConfigFile Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new KubeConfigException(path, null, "there is no such file", "Name an existing kubeconfig file with KUBECONFIG or --kubeconfig");
        }

        return KubeConfigParser.Parse(PemFiles.ReadText(path, path, null), Path.GetFullPath(path));
    }

    /// <summary>As kubectl merges: the first file that sets a value or names an entry wins.</summary>
    public static KubeConfigFile Merge(IReadOnlyList<KubeConfigFile> files) => files.Count == 1
        ? files[0]
        : new KubeConfigFile(string.Join(Path.PathSeparator, files.Select(f => f.Source)))
        {
            CurrentContext = files.Select(f => f.CurrentContext).FirstOrDefault(c => !string.IsNullOrEmpty(c)),
            Clusters = FirstOfEach(files.Select(f => f.Clusters)),
            Users = FirstOfEach(files.Select(f => f.Users)),
            Contexts = FirstOfEach(files.Select(f => f.Contexts)),
        };

    private static Dictionary<string, KubeConfigEntry> FirstOfEach(IEnumerable<IReadOnlyDictionary<string, KubeConfigEntry>> maps)
    {
        var merged = new Dictionary<string, KubeConfigEntry>();
        foreach (var (name, entry) in maps.SelectMany(map => map))
        {
            merged.TryAdd(name, entry);
        }

        return merged;
    }
}
