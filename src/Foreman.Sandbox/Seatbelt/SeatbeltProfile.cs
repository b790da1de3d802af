using System.Text;

namespace Foreman.Sandbox.Seatbelt;

/// <summary>
/// The profile of macOS's <c>sandbox-exec</c>: nothing but what it allows. Paths of a run come as the parameters WORKSPACE, TEMPORARY
/// and READ0, READ1, …, so that no path is ever part of the text.
/// </summary>
internal static class SeatbeltProfile
{
    private static readonly string[] Programs =
    [
        "/usr", "/bin", "/sbin", "/System", "/Library/Apple", "/Library/Developer", "/Applications/Xcode.app/Contents/Developer", "/opt/homebrew", "/opt/local",
        "/private/var/db/dyld", "/private/var/select", "/private/etc/ssl", "/private/etc/paths.d",
    ];

    private static readonly string[] Files =
        ["/", "/private/etc/passwd", "/private/etc/group", "/private/etc/hosts", "/private/etc/localtime", "/private/etc/paths", "/private/etc/shells"];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"];

    /// <summary>The text.</summary>
    /// <param name="readable">Number of READ parameters, from 0.</param>
    internal static string Of(int readable)
    {
        var text = new StringBuilder(
            """
            (version 1)
            (deny default)
            (allow process-fork)
            (allow signal (target same-sandbox))
            (allow process-info* (target same-sandbox))
            (allow sysctl-read)
            (allow file-read-metadata)
            (allow ipc-posix-sem)
            (allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))

            """.ReplaceLineEndings("\n"));
        Add(text, "file-read*", Programs.Select(Below).Concat(Files.Select(Exactly)).Concat(Devices.Select(Below)));
        Add(text, "file-read* process-exec file-map-executable", Programs.Select(Below).Concat(Parameters(readable)));
        Add(text, "file-write-data file-ioctl", Devices.Select(Below));
        Add(text, "file-read* file-write* process-exec file-map-executable", [Parameter("WORKSPACE"), Parameter("TEMPORARY")]);

        // What comes last wins: no devices, no rights of other users and no network, whatever stands above.
        return text.Append("(deny file-write-setugid)\n(deny network*)\n").ToString();
    }

    private static IEnumerable<string> Parameters(int readable) =>
        Enumerable.Range(0, readable).Select(i => Parameter(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"READ{i}")));

    private static void Add(StringBuilder text, string what, IEnumerable<string> where) =>
        text.Append("(allow ").Append(what).Append('\n').AppendJoin('\n', where.Select(w => "    " + w)).Append(")\n");

    private static string Below(string path) => $"(subpath \"{path}\")";

    private static string Exactly(string path) => $"(literal \"{path}\")";

    private static string Parameter(string name) => $"(subpath (param \"{name}\"))";
}
