using System.Globalization;
using System.Text;

namespace Foreman.Sandbox;

/// <summary>Bounds that a process sets itself before it becomes the command: POSIX sh does it, so that nothing need be installed.</summary>
internal static class ProcessLimits
{
    // Exit code when a bound can't be set or a control group can't be entered: the command does not run without.
    internal const int NotBounded = 125;

    // Begins the line that tells such an exit from that of a command.
    private const string Mark = "foreman";

    private const string EnterAndBound =
        """
        fail() { echo "foreman: $1" >&2; exit 125; }
        for group; do shift; [ "$group" = -- ] && break; echo $$ > "$group/cgroup.procs" || fail "the control group $group can't be set"; done
        ulimit -c 0; ulimit -f "$1" && ulimit -n "$2" && ulimit -t "$3" || fail "limits of the command can't be set"
        [ "$4" = unlimited ] || ulimit -d "$4" || fail "the limit of memory can't be set"
        if [ -n "$5" ]; then
            [ -r "$5" ] || fail "the filter of system calls can't be read"
            exec 9<"$5"
        fi
        shift 5
        exec "$@"
        """;

    // dash counts processes with -p, bash and others with -u.
    private const string BoundProcesses =
        """
        ulimit -p "$1" 2>/dev/null || ulimit -u "$1" || { echo "foreman: the limit of processes can't be set" >&2; exit 125; }
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

    /// <summary>What kept a command with exit code <see cref="NotBounded"/> from being run; null when the code is its own.</summary>
    /// <param name="errors">What was written to standard error.</param>
    public static string? Fault(OutputText errors)
    {
        var text = Encoding.UTF8.GetString(errors.Head.Span).Trim();
        return text.Split('\n').Any(line => line.StartsWith(Mark, StringComparison.Ordinal)) ? text : null;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
