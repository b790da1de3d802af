using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Foreman.Hosting;
using Foreman.Operator.Cli;

namespace Foreman.Operator.Try;

/// <summary>A child process that is terminated with this one: SIGTERM first, then SIGKILL.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int TailLines = 12;

    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly StreamWriter _log;
    private readonly Lock _gate = new();
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, StreamWriter log, TimeProvider time) => (_process, _log, _time) = (process, log, time);

    /// <summary>The first line on its standard output; cancelled when it ends without one.</summary>
    public Task<string> FirstLine => _firstLine.Task;

    /// <summary>Completes when it has exited.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Its exit code; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>The last lines that it wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    /// <summary>Starts a program; what it writes goes into a log file.</summary>
    /// <exception cref="ExitException">It cannot be started.</exception>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string logFile, TimeProvider time)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        var log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        var child = new ChildProcess(process, log, time);
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            log.Dispose();
            process.Dispose();
            throw new ExitException(ExitCodes.Failed, $"{program} cannot be started: {Ports.Reason(e)}; build it with ./foreman", e);
        }

        process.StandardInput.Close();
        child.Ended = child.FollowAsync();
        return child;
    }

    /// <summary>Sends SIGTERM, waits, and kills the process tree after the grace period.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            try
            {
                await Ended.WaitAsync(GracePeriod, _time);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        await Ended;
        await _log.DisposeAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    private void Terminate()
    {
        if (OperatingSystem.IsWindows() || SendSignal(_process.Id, SigTerm) != 0)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private async Task FollowAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput, isOutput: true), ReadAsync(_process.StandardError, isOutput: false));
        await _process.WaitForExitAsync();
        _firstLine.TrySetCanceled();
    }

    private void Record(string line)
    {
        lock (_gate)
        {
            _log.WriteLine(line);
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }
        }
    }

    private async Task ReadAsync(StreamReader reader, bool isOutput)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Record(line);
            if (isOutput)
            {
                _firstLine.TrySetResult(line);
            }
        }
    }
}
