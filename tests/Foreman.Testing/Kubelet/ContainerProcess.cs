using System.Diagnostics;
using System.Globalization;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// The processes of a container: the first one of a process namespace, and what that started. They end with it, as in a container, and it
/// ignores signals that it does not handle.
/// </summary>
internal sealed class ContainerProcess : IDisposable
{
    // The shell outside of the namespace tells how the first process inside ended, and says nothing itself.
    private const string Outside = "exec 4>&2 2>/dev/null; (exec /bin/sh \"$0\" 2>&4 4>&-); exit $?";

    private readonly LaunchPlan _plan;
    private readonly Process _process;
    private readonly ContainerLog _log;
    private readonly Task _kept;
    private readonly Task _watcherDismissed;

    private ContainerProcess(LaunchPlan plan, Dictionary<string, string> environment, ContainerLog log)
    {
        _plan = plan;
        _log = log;
        var all = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        _process = WatchedProcess.New(new ProcessRequest
        {
            Program = RealParts.FindOnPath("unshare") ?? "/usr/bin/unshare",
            Arguments = ["--mount", "--pid", "--", "/bin/sh", "-c", Outside, Path.Combine(plan.Folder, "launch.sh")],
            WorkingDirectory = "/",
            Environment = all,
        });
        _process.Start();
        _kept = Task.WhenAll(log.KeepAsync(_process.StandardOutput.BaseStream, "stdout"), log.KeepAsync(_process.StandardError.BaseStream, "stderr"));
        _watcherDismissed = WatchedProcess.DismissWatcherAtExitAsync(_process);
    }

    /// <summary>Whether its program has begun.</summary>
    public bool HasStarted => File.Exists(_plan.Started);

    /// <summary>The id of its first process; null before its program begins.</summary>
    public int? Id => HasStarted ? int.Parse(File.ReadAllText(_plan.Started), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) : null;

    /// <summary>Why its program did not begin.</summary>
    public string Trouble => File.Exists(_plan.Trouble) ? File.ReadAllText(_plan.Trouble).Trim() : "";

    /// <summary>Starts one.</summary>
    /// <param name="plan">What, where.</param>
    /// <param name="environment">Its variables, all of them.</param>
    /// <param name="log">Where its output goes.</param>
    public static ContainerProcess Start(LaunchPlan plan, Dictionary<string, string> environment, ContainerLog log)
    {
        Directory.CreateDirectory(plan.Root);
        File.WriteAllText(plan.LastWords, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(plan.LastWords, (UnixFileMode)0b110_110_110);
        }

        File.WriteAllText(Path.Combine(plan.Folder, "launch.sh"), LaunchScript.Text(plan, HostView.OfThisMachine));
        return new ContainerProcess(plan, environment, log);
    }

    /// <summary>Waits until its program begins; false when it ends before.</summary>
    public async Task<bool> WaitForStartAsync()
    {
        while (!HasStarted)
        {
            if (_process.HasExited)
            {
                return HasStarted;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        return true;
    }

    /// <summary>Waits for its end and for all it wrote; returns the exit code, 128 + signal when a signal ended it.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        await _kept;
        await _watcherDismissed;
        _log.Finish();
        return _process.ExitCode;
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate()
    {
        if (Id is { } id)
        {
            Signals.Send(id, Signal.Terminate);
        }
        else
        {
            Kill();
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        // The first process of a namespace takes all others with it. Before there is one there is a group, and before that one process.
        if (Id is { } id)
        {
            Signals.Send(id, Signal.Kill);
        }
        else if (!_process.HasExited)
        {
            Signals.Send(-_process.Id, Signal.Kill);
            Signals.Send(_process.Id, Signal.Kill);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();
}
