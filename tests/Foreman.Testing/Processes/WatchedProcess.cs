using System.Diagnostics;

namespace Foreman.Testing;

/// <summary>
/// Starts processes that never outlive the test run, not even one that is killed: a small watcher beside each notices that the test
/// run's end of a pipe has closed, and kills its process group.
/// </summary>
internal static class WatchedProcess
{
    // $0 is the mark by which the watcher is known among the living, $1 goes before the program. The watcher reads the pipe that only the test run can write; the program gets an empty standard input
    // and, through exec, the id that the test knows. A line on the pipe dismisses the watcher without a kill, so that it
    // can't hit an id that was given to another process since.
    private const string Wrapper =
        """
        me=$$
        exec 3<&0
        { read -r word <&3 || true; [ -n "$word" ] || kill -KILL "-$me" 2>/dev/null || kill -KILL "$me" 2>/dev/null; } >/dev/null 2>&1 &
        exec 3<&-
        reset=$1
        shift
        exec $reset "$@" </dev/null
        """;

    // A test run that a script put into the background ignores SIGINT, and all its children would: Ctrl-C must work in them.
    private static readonly string ResetInterrupt = Signals.IsIgnored(Signal.Interrupt) && File.Exists("/usr/bin/env")
        ? "/usr/bin/env --default-signal=INT"
        : "";

    private static readonly string? NewSession = RealParts.FindOnPath("setsid");

    /// <summary>Whether each has a session and process group of its own.</summary>
    public static bool HasOwnGroup => NewSession is not null;

    /// <summary>A process that is not started yet; the test run reads what it writes.</summary>
    public static Process New(ProcessRequest request)
    {
        var start = new ProcessStartInfo(NewSession ?? "/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = request.WorkingDirectory ?? "",
        };
        string[] shell = NewSession is null ? [] : ["/bin/sh"];
        foreach (var argument in (string[])[.. shell, "-c", Wrapper, ProcessSession.WatcherMark, ResetInterrupt, request.Program, .. request.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        ProcessEnvironment.Apply(request, start);
        return new Process { StartInfo = start, EnableRaisingEvents = true };
    }

    /// <summary>Waits for the end of a process and dismisses its watcher.</summary>
    public static async Task DismissWatcherAtExitAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync();
            await process.StandardInput.WriteLineAsync("done");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The watcher is gone already.
        }
    }
}
