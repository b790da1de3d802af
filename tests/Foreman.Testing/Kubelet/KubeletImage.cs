namespace Foreman.Testing.Kubelet;

/// <summary>
/// What stands for an image on a machine without a container runtime: a folder, programs of this machine, or both. Every container also
/// sees <c>/usr</c> of this machine, and with it a shell.
/// </summary>
public sealed record KubeletImage
{
    /// <summary>A folder of which each container gets a copy at its root; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The program and its first arguments; a container's <c>command</c> takes its place.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>Further arguments; a container's <c>args</c> take their place, and its <c>command</c> removes them.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Variables that a container's own are laid over.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The user that it runs as unless the pod says otherwise.</summary>
    public long User { get; init; }

    /// <summary>Absolute paths of this machine that a container sees at the same place, read-only.</summary>
    public IReadOnlyList<string> HostPaths { get; init; } = [];

    /// <summary>What a runtime says that can't start it, for example because there is no shell in it; null when it starts.</summary>
    public string? StartError { get; init; }

    /// <summary>An image that runs a program of this machine; what lies beside the program is seen too.</summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">Its first arguments.</param>
    public static KubeletImage OfProgram(string program, params string[] arguments) => new()
    {
        Entrypoint = [program, .. arguments],
        HostPaths = [Path.GetDirectoryName(program) ?? program],
    };

    /// <summary>An image with the content of a folder.</summary>
    /// <param name="folder">Absolute path.</param>
    /// <param name="entrypoint">A program, as the container sees it, and its first arguments.</param>
    public static KubeletImage OfFolder(string folder, params string[] entrypoint) => new() { Folder = folder, Entrypoint = entrypoint };
}
