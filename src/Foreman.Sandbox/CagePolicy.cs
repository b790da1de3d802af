namespace Foreman.Sandbox;

/// <summary>What a command may see, change and use up. Nothing that is not named here is granted.</summary>
public sealed record CagePolicy
{
    /// <summary>Absolute path of the only directory that the command may change, at the same path inside; <c>/tmp</c> is its own and empty each time.</summary>
    public required string Workspace { get; init; }

    /// <summary>Absolute paths that the command may read besides the system's programs and libraries; those that don't exist are left out.</summary>
    public IReadOnlyList<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>
    /// Path of the Unix socket of an <see cref="Egress.EgressProxy"/>, which becomes the command's only way out; null for none. A cage
    /// that is not <see cref="CageMode.Full"/> gives no way out at all.
    /// </summary>
    public string? EgressSocket { get; init; }

    /// <summary>The whole environment of the command; nothing is inherited.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = CageEnvironment.Default;

    /// <summary>Bounds on what it uses.</summary>
    public CageLimits Limits { get; init; } = new();
}

/// <summary>Bounds on what a command and everything that it starts use. Where the host can't enforce one, the cage's documentation says so.</summary>
public sealed record CageLimits
{
    /// <summary>Most processes and threads at once, from 1.</summary>
    public int MaxProcesses { get; init; } = 512;

    /// <summary>Most memory in bytes, of all processes together where a control group can be made, else of each one.</summary>
    public long MaxMemoryBytes { get; init; } = 4L << 30;

    /// <summary>Most processor time of each process; whole seconds, from 1 s.</summary>
    public TimeSpan MaxCpuTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Largest file in bytes; at least 512.</summary>
    public long MaxFileBytes { get; init; } = 1L << 30;

    /// <summary>Most bytes in the workspace; looked at while the command runs.</summary>
    public long MaxWorkspaceBytes { get; init; } = 8L << 30;

    /// <summary>Most files and directories in the workspace; looked at while the command runs.</summary>
    public int MaxWorkspaceFiles { get; init; } = 500_000;

    /// <summary>Size of <c>/tmp</c> in bytes.</summary>
    public long MaxTemporaryBytes { get; init; } = 1L << 30;

    /// <summary>Most open files of each process.</summary>
    public int MaxOpenFiles { get; init; } = 4096;
}

/// <summary>The environment of commands: built from nothing, so that nothing of the agent's own gets in.</summary>
public static class CageEnvironment
{
    /// <summary>Where commands find their home directory: empty, and gone after each command.</summary>
    public const string Home = "/tmp/home";

    /// <summary>What every command gets.</summary>
    public static IReadOnlyDictionary<string, string> Default { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = Home,
        ["TMPDIR"] = "/tmp",
        ["LANG"] = "C.UTF-8",
        ["TERM"] = "dumb",
        ["NO_COLOR"] = "1",
        ["PAGER"] = "cat",
        ["GIT_PAGER"] = "cat",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["DEBIAN_FRONTEND"] = "noninteractive",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
    };

    /// <summary>The command with variables that the environment outside of the cage does not have: they are set inside.</summary>
    /// <param name="environment">All that the command is to have.</param>
    /// <param name="command">The command.</param>
    internal static CageCommand Add(IReadOnlyDictionary<string, string> environment, CageCommand command)
    {
        string[] more = [.. environment.Where(v => Default.GetValueOrDefault(v.Key) != v.Value).Select(v => $"{v.Key}={v.Value}")];

        // A program with = in its path would be taken for a variable.
        return more.Length == 0 ? command : command with
        {
            Program = "/usr/bin/env",
            Arguments = ["--", .. more, "/bin/sh", "-c", "exec \"$0\" \"$@\"", command.Program, .. command.Arguments],
        };
    }
}
