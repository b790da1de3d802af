using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Foreman.Testing;

/// <summary>
/// A real process under test: its lines are captured, signals go to it alone, and it never outlives the test run, not even one
/// that is killed (<see cref="WatchedProcess"/>).
/// </summary>
public sealed class RealProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ProcessRequest _request;
    private readonly ProcessLines _lines = new();
    private readonly Task _watcherDismissed;

    private RealProcess(ProcessRequest request)
    {
        _request = request;
        _process = WatchedProcess.New(request);
        _process.OutputDataReceived += (_, e) => _lines.Add(e.Data, error: false);
        _process.ErrorDataReceived += (_, e) => _lines.Add(e.Data, error: true);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _watcherDismissed = WatchedProcess.DismissWatcherAtExitAsync(_process);
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
        if (!Signals.Send(WatchedProcess.HasOwnGroup ? -Id : Id, Signal.Interrupt))
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

        if (WatchedProcess.HasOwnGroup && ProcessSession.Living(Id) is not [])
        {
            Signals.Send(-Id, Signal.Kill);
        }
    }
}
