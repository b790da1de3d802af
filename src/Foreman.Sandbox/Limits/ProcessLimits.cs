using System.Globalization;

namespace Foreman.Sandbox;

/// <summary>Bounds that a process sets itself before it becomes the command: POSIX sh does it, so that nothing need be installed.</summary>
internal static class ProcessLimits
{
    // Exit code when a bound can't be set or a control group can't be entered: the command does not run without.
    internal const int NotBounded = 125;

    private const string EnterAndBound =
        """
        for group; do shift; [ "$group" = -- ] && break; echo $$ > "$group/cgroup.procs" || exit 125; done
        ulimit -c 0; ulimit -f "$1" && ulimit -n "$2" && ulimit -t "$3" || exit 125
        [ "$4" = unlimited ] || ulimit -d "$4" || exit 125
        if [ -n "$5" ]; then
            [ -r "$5" ] || { echo "the filter of system calls can't be read" >&2; exit 125; }
            exec 9<"$5"
        fi
        shift 5
        exec "$@"
        """;

    // dash counts processes with -p, bash and others with -u.
    private const string BoundProcesses =
        """
        ulimit -p "$1" 2>/dev/null || ulimit -u "$1" || exit 125
        shift
        exec "$@"
        """;

    /// <summary>The beginning of a command line that enters control groups and sets bounds, outside of the cage.</summary>
    /// <param name="limits">The bounds.</param>
    /// <param name="groups">Directories of control groups; when one of them bounds memory, each process is not bounded too.</param>
    /// <param name="boundsMemory">True when a group bounds memory.</param>
    /// <param name="filter">Path of what the program gets as descriptor 9; null for nothing.</param>
    public static IReadOnlyList<string> Outside(CageLimits limits, IEnumerable<string> groups, bool boundsMemory, string? filter) =>
    [
        "/bin/sh", "-c", EnterAndBound, "sh", .. groups, "--",
        Number(limits.MaxFileBytes / 512), Number(limits.MaxOpenFiles), Number((long)limits.MaxCpuTime.TotalSeconds), boundsMemory ? "unlimited" : Number(limits.MaxMemoryBytes >> 10),
        filter ?? "",
    ];

    /// <summary>The same for the number of processes, which are counted by user: inside, where the user is the command's own.</summary>
    public static IReadOnlyList<string> Inside(CageLimits limits) => ["/bin/sh", "-c", BoundProcesses, "sh", Number(limits.MaxProcesses)];

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
