using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Foreman.Testing;

/// <summary>
/// A real process under test: its lines are captured, signals go to it alone, and it never outlives the test run, not even one
/// that is killed: a small watcher beside it notices that the test run's end of a pipe has closed, and kills its process group.
/// </summary>
public sealed class RealProcess : IAsyncDisposable
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

    private readonly Process _process;
    private readonly ProcessRequest _request;
    private readonly ProcessLines _lines = new();
    private readonly Task _watcherDismissed;
    private readonly bool _ownGroup;

    private RealProcess(ProcessRequest request)
    {
        _request = request;
        var setsid = RealParts.FindOnPath("setsid");
        _ownGroup = setsid is not null;
        var start = new ProcessStartInfo(setsid ?? "/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = request.WorkingDirectory ?? "",
        };
        string[] shell = setsid is null ? [] : ["/bin/sh"];
        foreach (var argument in (string[])[.. shell, "-c", Wrapper, ProcessSession.WatcherMark, ResetInterrupt, request.Program, .. request.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        ProcessEnvironment.Apply(request, start);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => _lines.Add(e.Data, error: false);
        _process.ErrorDataReceived += (_, e) => _lines.Add(e.Data, error: true);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _watcherDismissed = DismissWatcherAtExitAsync();
    }

    /// <summary>The process id (of the program itself, not of a wrapper).</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code; 128 + signal when a signal ended it. Only after the end.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Everything written so far, both streams in the order of arrival.</summary>
    public string Output => _lines.Text(null);

    /// <summary>Everything written to standard output so far.</summary>
    public string StandardOutput => _lines.Text(error: false);

    /// <summary>Everything written to standard error so far.</summary>
    public string StandardError => _lines.Text(error: true);

    /// <summary>Starts a program.</summary>
    public static RealProcess Start(ProcessRequest request) => new(request);

    /// <summary>Starts a program.</summary>
    public static RealProcess Start(string program, params string[] arguments) =>
        new(new ProcessRequest { Program = program, Arguments = arguments });

    /// <summary>Sends a signal to the process alone.</summary>
    public void Send(Signal signal)
    {
        if (!HasExited && !Signals.Send(Id, signal) && !HasExited)
        {
            throw new InvalidOperationException($"{_request}: signal {signal} could not be sent to {Id}.");
        }
    }

    /// <summary>SIGINT to the whole process group, as a terminal does on Ctrl-C.</summary>
    public void PressControlC()
    {
        if (!Signals.Send(_ownGroup ? -Id : Id, Signal.Interrupt))
        {
            throw new InvalidOperationException($"{_request}: no process group {Id}.");
        }
    }

    /// <summary>Waits for a line, of either stream, that matches the pattern; returns the match. Lines already written count.</summary>
    public async Task<Match> WaitForLineAsync(string pattern, TimeSpan? timeout = null)
    {
        using var deadline = TestDeadline.Start(timeout);
        var seen = 0;
        while (true)
        {
            var (found, next, changed) = _lines.Find(pattern, seen);
            if (found is not null)
            {
                return found;
            }

            seen = next;
            if (_lines.Complete)
            {
                throw new InvalidOperationException($"{_request} ended before a line matched '{pattern}'. It wrote:\n{Output}");
            }

            await deadline.WaitAsync(changed, () => $"a line matching '{pattern}' from {_request}. It wrote:\n{Output}");
        }
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var deadline = TestDeadline.Start(timeout);
        await deadline.WaitAsync(_process.WaitForExitAsync(deadline.Token), () => $"the end of {_request}. It wrote:\n{Output}");
        return ExitCode;
    }

    /// <summary>The processes of this one's session that still live, itself included (Linux; empty elsewhere).</summary>
    public IReadOnlyList<string> LivingDescendants() => ProcessSession.Living(Id);

    /// <summary>SIGTERM, and SIGKILL when that does not end it in time.</summary>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        Send(Signal.Continue);
        Send(Signal.Terminate);
        if (!await Eventually.WithinAsync(() => HasExited, grace ?? TimeSpan.FromSeconds(10)))
        {
            KillAll();
        }

        await WaitForExitAsync();
    }

    /// <summary>Kills the process and everything that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        KillAll();
        await WaitForExitAsync();
        await _watcherDismissed;
        _process.Dispose();
    }

    private void KillAll()
    {
        if (!HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        if (_ownGroup && ProcessSession.Living(Id) is not [])
        {
            Signals.Send(-Id, Signal.Kill);
        }
    }

    private async Task DismissWatcherAtExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync();
            await _process.StandardInput.WriteLineAsync("done");
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The watcher is gone already.
        }
    }
}
