using System.Runtime.InteropServices;

namespace Foreman.Operator.Cli;

/// <summary>SIGTERM and Ctrl-C: the first asks to stop, the second to stop at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopNow = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken StopNow => _stopNow.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _stopNow.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var source = _stop.IsCancellationRequested ? _stopNow : _stop;

        // Elsewhere: what a cancellation sets off must not keep the signal handler.
        _ = source.CancelAsync();
    }
}
