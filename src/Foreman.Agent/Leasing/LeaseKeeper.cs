using Foreman.Agent.Hosting;
using Foreman.Hosting;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Leasing;

/// <summary>
/// Renews the host's Lease from the start until everything else has stopped, then releases it. A lost Lease stops the agent;
/// while it stops anyway, a lost Lease is no error. No fault of a renewal (of a credential plugin, of a reader) ends it.
/// </summary>
internal sealed class LeaseKeeper(AgentContext context, NodeLease lease, HostOutcome outcome, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _release = new();
    private Task? _keeping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _keeping = KeepAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_keeping is { } keeping)
        {
            await _release.CancelAsync();
            await keeping;
            context.Logger.Stopped();
        }
    }

    public void Dispose() => _release.Dispose();

    private async Task KeepAsync()
    {
        try
        {
            if (await HoldAsync() is not { } holder)
            {
                return;
            }

            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                context.Logger.LeaseLostWhileStopping(context.NodeName, holder);
            }
            else
            {
                context.Logger.LeaseLost(context.NodeName, holder);
                outcome.ExitCode = ExitCodes.TryAgain;
                lifetime.StopApplication();
            }
        }
#pragma warning disable CA1031 // Recorded, and thrown again when the host has stopped.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome.Fail(e);
            lifetime.StopApplication();
        }
    }

    private async Task<string?> HoldAsync()
    {
        while (true)
        {
            try
            {
                return await lease.HoldAsync(_release.Token);
            }
#pragma warning disable CA1031 // A host that runs tasks must not fall silent, whatever the fault.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (_release.IsCancellationRequested)
                {
                    // It runs out by itself.
                    return null;
                }

                context.Logger.LeaseFault(e, context.NodeName, FaultPause.TotalSeconds);
                await Task.Delay(FaultPause, context.Time, _release.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
