using System.Runtime.InteropServices;

namespace Foreman.Agent.Hosting;

/// <summary>Asks the agent to end: first in peace, then at once.</summary>
internal sealed class StopRequests : IDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _now = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled by the first request: take no new work, let runs finish.</summary>
    public CancellationToken Drain => _drain.Token;

    /// <summary>Cancelled by the second request: give back what runs, now.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>Takes SIGTERM and SIGINT as requests.</summary>
    public static StopRequests OfSignals()
    {
        var requests = new StopRequests();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            requests._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                requests.Request();
            }));
        }

        return requests;
    }

    public void Request()
    {
        if (_drain.IsCancellationRequested)
        {
            _now.Cancel();
        }
        else
        {
            _drain.Cancel();
        }
    }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _drain.Dispose();
        _now.Dispose();
    }
}
