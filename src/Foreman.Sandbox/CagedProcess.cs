using System.ComponentModel;
using System.Diagnostics;
using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox;

/// <summary>A command that runs in a cage. Disposing of it ends it and all that it started.</summary>
public sealed class CagedProcess : IAsyncDisposable
{
    private const int MaxRounds = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // Who was killed and is still there then hangs in the kernel: the control groups are swept later.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly CommandGroups _groups;
    private readonly bool _endsWithFirst;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopWatching = new();
    private Task _watching = Task.CompletedTask;
    private bool _disposed;

    internal CagedProcess(Process process, CommandGroups groups, bool endsWithFirst, TimeProvider time) =>
        (_process, _groups, _endsWithFirst, _time) = (process, groups, endsWithFirst, time);

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Its standard error.</summary>
    public Stream Errors => _process.StandardError.BaseStream;

    /// <summary>Its exit code; valid once it has ended.</summary>
    internal int ExitCode => _process.ExitCode;

    /// <summary>What it ran out of, in words; null when nothing.</summary>
    internal string? Exhausted => _groups.Exhausted;

    internal Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it, and all that it started, when something happens before it is disposed of.</summary>
    /// <param name="happens">Completes when that happens; its token ends the wait.</param>
    internal void EndWhen(Func<CancellationToken, Task> happens) => _watching = WatchAsync(happens);

    /// <summary>Ends it and all that it started, and returns when they are gone, or hang in the kernel.</summary>
    internal async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
            await ((Task)_process.WaitForExitAsync(CancellationToken.None).WaitAsync(LongestEnd, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        for (var i = 0; i < MaxRounds && !_groups.KillAll(); i++)
        {
            await Task.Delay(Pause, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopWatching.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await KillAsync().ConfigureAwait(false);
        _groups.Remove();
        _process.Dispose();
        _stopWatching.Dispose();
    }

    private async Task WatchAsync(Func<CancellationToken, Task> happens)
    {
        try
        {
            await happens(_stopWatching.Token).ConfigureAwait(false);
            await KillAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ended without.
        }
    }

    private void Kill()
    {
        try
        {
            if (_endsWithFirst)
            {
                ProcessTree.KillWithChildren(_process.Id);
            }
            else
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is AggregateException or Win32Exception or InvalidOperationException)
        {
            // It has ended meanwhile, or is in part another user's by now.
        }
    }
}
