namespace Foreman.Testing.Kubelet;

/// <summary>How the process of a container is started.</summary>
internal sealed record LaunchPlan
{
    /// <summary>Folder of this run: the root of the container's files, and marks of its start.</summary>
    public required string Folder { get; init; }

    /// <summary>A folder of which the root gets a copy; null for none.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Absolute paths of this machine that are seen at the same place.</summary>
    public IReadOnlyList<string> HostPaths { get; init; } = [];

    /// <summary>Program and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public string WorkingDirectory { get; init; } = "/";

    public IReadOnlyList<BindMount> Mounts { get; init; } = [];

    /// <summary>Control groups that it enters.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public long User { get; init; }

    public long Group { get; init; }

    public IReadOnlyList<long> MoreGroups { get; init; } = [];

    public bool ReadOnlyRoot { get; init; }

    /// <summary>The root of the container's files.</summary>
    public string Root => Path.Combine(Folder, "root");

    /// <summary>Holds the process's id when the program is about to begin.</summary>
    public string Started => Path.Combine(Folder, "started");

    /// <summary>Holds what went wrong before.</summary>
    public string Trouble => Path.Combine(Folder, "trouble");

    /// <summary>Holds what the container says at its end.</summary>
    public string LastWords => Path.Combine(Folder, "last-words");
}

/// <summary>A path of this machine that a container sees.</summary>
/// <param name="Source">On this machine.</param>
/// <param name="Path">In the container, absolute.</param>
/// <param name="IsReadOnly">Whether the container may only read it.</param>
internal sealed record BindMount(string Source, string Path, bool IsReadOnly);

/// <summary>What of this machine every container sees.</summary>
/// <param name="Folders">Folders, read-only.</param>
/// <param name="Links">Links at the root.</param>
/// <param name="Files">Files of which each container gets a copy.</param>
internal sealed record HostView(IReadOnlyList<string> Folders, IReadOnlyList<string> Links, IReadOnlyList<string> Files)
{
    private static readonly string[] Programs = ["/usr", "/bin", "/sbin", "/lib", "/lib64"];
    private static readonly string[] Settings = ["/etc/ssl", "/etc/alternatives"];
    private static readonly string[] Names =
        ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/resolv.conf", "/etc/localtime", "/etc/ld.so.cache"];

    /// <summary>This machine's.</summary>
    public static HostView OfThisMachine { get; } = new(
        [.. Programs.Where(p => Directory.Exists(p) && !IsLink(p)), .. Settings.Where(Directory.Exists)],
        [.. Programs.Where(IsLink)],
        [.. Names.Where(File.Exists)]);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
