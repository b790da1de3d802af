using System.Runtime.InteropServices;

namespace Foreman.Hosting;

/// <summary>Requests to stop: the first drains, the second stops immediately.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopNow = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled by the first request.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second request.</summary>
    public CancellationToken StopNow => _stopNow.Token;

    /// <summary>Takes these signals of the process as requests, until it is disposed.</summary>
    public static StopSignals Listen(params ReadOnlySpan<PosixSignal> signals)
    {
        var requests = new StopSignals();
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
    public void Request() => _ = (_stop.IsCancellationRequested ? _stopNow : _stop).CancelAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
        _stopNow.Dispose();
    }
}
