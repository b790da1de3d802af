using k8s.Models;

namespace Foreman.Jobs;

/// <summary>The volumes that every Job has, and where they are mounted. Pure.</summary>
internal static class JobVolumes
{
    /// <summary>Where the task works.</summary>
    public const string Workspace = "/workspace";

    /// <summary>What outlasts setup, and is no work: caches of tools, the home folder.</summary>
    public const string Cache = "/cache";

    /// <summary>What setup, task and Foreman tell each other.</summary>
    public const string Exchange = "/foreman";

    /// <summary>Where temporary files go.</summary>
    public const string Temporary = "/tmp";

    /// <summary>Where programs look for the token of a pod.</summary>
    public const string Token = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Name of the volume with the token.</summary>
    public const string TokenVolume = "runner-token";

    /// <summary>Begins the names of the volumes of content sidecars.</summary>
    public const string SidecarPrefix = "sidecar-";

    private const string ExchangeSize = "64Mi";

    // Readable by the group of the pod, which is that of its only reader.
    private const int TokenMode = 288;

    private const int TokenSeconds = 3600;

    private static readonly string[] Names = ["workspace", "tmp", "cache", "foreman", TokenVolume];

    // What the system of a container is made of, and what Kubernetes mounts.
    private static readonly string[] Reserved = [Workspace, Cache, Exchange, Temporary, "/proc", "/sys", "/dev", "/etc", "/bin", "/sbin", "/lib", "/lib64", "/run", "/var/run", "/run/secrets", "/var/run/secrets"];

    /// <summary>True for names of volumes that Foreman makes.</summary>
    public static bool IsOurs(string? name) => name is not null && (Names.Contains(name) || name.StartsWith(SidecarPrefix, StringComparison.Ordinal));

    /// <summary>True for paths where nothing else may be mounted: those of Foreman and of the system, what lies below them, and what holds one of Foreman's.</summary>
    public static bool IsReserved(string path)
    {
        var clean = path.TrimEnd('/');
        return clean.Length == 0 || Reserved.Any(r => clean == r || clean.StartsWith(r + "/", StringComparison.Ordinal) || r.StartsWith(clean + "/", StringComparison.Ordinal));
    }

    /// <summary>True where a volume of Foreman is mounted, and for the root.</summary>
    public static bool IsTaken(string path) => path.TrimEnd('/') is "" or Workspace or Cache or Exchange or Temporary;

    /// <summary>The volumes of a Job without its token and sidecars.</summary>
    public static IEnumerable<V1Volume> Of(JobRun run) =>
    [
        Empty("workspace", run.Job?.WorkspaceSizeLimit is { Length: > 0 } size ? size : run.Config.WorkspaceSizeLimit),
        Empty("tmp", run.Config.TmpSizeLimit, "Memory"),
        Empty("cache", run.Config.CacheSizeLimit),
        Empty("foreman", ExchangeSize),
    ];

    /// <summary>Where the task and its setup see them.</summary>
    public static IEnumerable<V1VolumeMount> Mounts() => [Mount("workspace", Workspace), Mount("tmp", Temporary), Mount("cache", Cache), Mount("foreman", Exchange)];

    /// <summary>A volume that is empty at first.</summary>
    public static V1Volume Empty(string name, string size, string? medium = null) =>
        new() { Name = name, EmptyDir = new() { SizeLimit = new ResourceQuantity(size), Medium = medium } };

    /// <summary>A mount.</summary>
    public static V1VolumeMount Mount(string name, string path, bool isReadOnly = false) =>
        new() { Name = name, MountPath = path, ReadOnlyProperty = isReadOnly ? true : null };

    /// <summary>The token of the pod, with what a client needs beside it.</summary>
    public static V1Volume TokenOfPod() => new()
    {
        Name = TokenVolume,
        Projected = new()
        {
            DefaultMode = TokenMode,
            Sources =
            [
                new() { ServiceAccountToken = new() { Path = "token", ExpirationSeconds = TokenSeconds } },
                new() { ConfigMap = new() { Name = "kube-root-ca.crt", Items = [new() { Key = "ca.crt", Path = "ca.crt" }] } },
                new() { DownwardAPI = new() { Items = [new() { Path = "namespace", FieldRef = new() { FieldPath = "metadata.namespace" } }] } },
            ],
        },
    };

    /// <summary>Where the one container that may have the token sees it.</summary>
    public static V1VolumeMount TokenMount() => Mount(TokenVolume, Token, isReadOnly: true);
}
