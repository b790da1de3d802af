using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Foreman.Hosting;

/// <summary>
/// Requests to stop: the first drains, the second stops immediately. A process that listens for signals ends at most five
/// seconds after its second request, whatever its threads, tools and connections do.
/// </summary>
public sealed class StopSignals : IDisposable
{
    /// <summary>How long a process may take to stop after the second request; then it is ended.</summary>
    internal static readonly TimeSpan StopNowLimit = TimeSpan.FromSeconds(4.5);

    // Handlers of the end of a process are code too: when they hang, the process is killed.
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(0.4);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopNow = new();
    private readonly object _gate = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action? _end;
    private readonly TimeSpan _limit;
    private Thread? _watch;
    private bool _stopped;

    /// <summary>Requests that are made by <see cref="Request"/> only; nothing ends the process.</summary>
    public StopSignals()
    {
    }

    /// <param name="end">Called once when the limit after the second request has passed, on a thread of its own.</param>
    /// <param name="limit">The limit.</param>
    internal StopSignals(Action end, TimeSpan limit) => (_end, _limit) = (end, limit);

    /// <summary>Waits for the stop after the second request; null before.</summary>
    internal Thread? Watch => _watch;

    /// <summary>Cancelled by the first request.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second request.</summary>
    public CancellationToken StopNow => _stopNow.Token;

    /// <summary>Takes these signals of the process as requests, until it is disposed.</summary>
    public static StopSignals Listen(params ReadOnlySpan<PosixSignal> signals)
    {
        var requests = new StopSignals(EndProcess, StopNowLimit);
        foreach (var signal in signals)
        {
            requests._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                requests.Request();
            }));
        }

        return requests;
    }

    /// <summary>Makes a request; what it cancels runs elsewhere, so that a signal handler never waits for it.</summary>
    public void Request()
    {
        if (!_stop.IsCancellationRequested)
        {
            _ = _stop.CancelAsync();
            return;
        }

        // A thread of its own: what does not stop may hold every thread of the pool.
        var watch = new Thread(EndWhenLate) { IsBackground = true, Name = "end of the process" };
        if (_end is not null && Interlocked.CompareExchange(ref _watch, watch, null) is null)
        {
            watch.Start();
        }

        _ = _stopNow.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _stop.Dispose();
        _stopNow.Dispose();
    }

    private static void EndProcess()
    {
        var killing = new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(ExitLimit);
            using var process = Process.GetCurrentProcess();
            process.Kill();
        })
        {
            IsBackground = true,
        };
        killing.Start();
        Environment.Exit(ExitCodes.TryAgain);
    }

    // Real time: no other clock may decide about this.
    private void EndWhenLate()
    {
        lock (_gate)
        {
            if (_stopped || Monitor.Wait(_gate, _limit))
            {
                return;
            }
        }

        _end!();
    }
}
