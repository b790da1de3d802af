namespace Foreman.Sandbox.Bubblewrap;

/// <summary>
/// Confines a command with bubblewrap: users, processes, mounts, network and host name of its own, the system's programs
/// read-only, the workspace writable, and nothing else of the host.
/// </summary>
/// <param name="program">Path of <c>bwrap</c>.</param>
/// <param name="host">What the host's root looks like.</param>
internal sealed class BubblewrapLauncher(string program, HostTree host) : ICageLauncher
{
    // The number of the user inside: it owns the workspace there, and is not root.
    private const string User = "1000";

    // Files of /etc that programs need and that hold no secrets.
    private static readonly string[] Configuration =
    [
        "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates",
        "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/etc/localtime", "/etc/mime.types", "/etc/protocols", "/etc/services", "/etc/java", "/etc/dotnet", "/etc/fonts",
        "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
    ];

    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    public CageMode Mode => CageMode.Full;

    public string? Reason => null;

    // Its process namespace goes with its first process.
    public bool EndsWithFirstProcess => true;

    public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command)
    {
        List<string> plan =
        [
            program, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--disable-userns",
            "--uid", User, "--gid", User, "--hostname", "foreman", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
            "--ro-bind", "/usr", "/usr",
        ];
        foreach (var folder in SystemFolders)
        {
            plan.AddRange(host.LinkOf(folder) is { } target ? ["--symlink", target, folder] : ["--ro-bind-try", folder, folder]);
        }

        foreach (var path in Configuration)
        {
            plan.AddRange(["--ro-bind-try", path, path]);
        }

        var size = policy.Limits.MaxTemporaryBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        // Root without capabilities still owns the files of /proc/sys: a program named in core_pattern would run outside as root.
        plan.AddRange(["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]);
        plan.AddRange(["--size", size, "--tmpfs", "/tmp", "--dir", CageEnvironment.Home, "--dir", "/var/tmp", "--dir", "/run"]);
        foreach (var path in policy.ReadOnlyPaths)
        {
            plan.AddRange(["--ro-bind-try", path, path]);
        }

        plan.AddRange(["--bind", policy.Workspace, policy.Workspace, "--chdir", policy.Workspace, "--remount-ro", "/"]);
        foreach (var (name, value) in policy.Environment)
        {
            plan.AddRange(["--setenv", name, value]);
        }

        return [.. plan, "--", .. ProcessLimits.Inside(policy.Limits), command.Program, .. command.Arguments];
    }
}

/// <summary>What the host's root looks like.</summary>
/// <param name="LinkOf">Target of a symbolic link; null when the path is none.</param>
internal sealed record HostTree(Func<string, string?> LinkOf)
{
    /// <summary>This host's.</summary>
    public static HostTree Real { get; } = new(path => new DirectoryInfo(path).LinkTarget);
}
