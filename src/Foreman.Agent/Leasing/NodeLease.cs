using Foreman.Api;
using Foreman.Agent.Hosting;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Leasing;

/// <summary>
/// The Lease <c>fn.NODE</c>, by which the operator knows that this host lives. Its calls have connections of their own, so that they never
/// queue behind others.
/// </summary>
internal sealed class NodeLease : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly AgentContext _context;
    private readonly IKubernetes _connection;
    private readonly LeaseHolder _holder;

    public NodeLease(AgentContext context)
    {
        _context = context;
        _connection = context.Kubernetes.Dedicated();
        _holder = new LeaseHolder(
            _connection,
            context.Settings.Cluster.ForemanNamespace,
            Labels.LeaseName(context.NodeName),
            context.Identity.Holder,
            new LeaseHolderOptions { Time = context.Time, Seed = context.Seed, Logger = context.Logger });
    }

    /// <summary>Time since the last renewal that is known to have arrived; null when the Lease is not held.</summary>
    public TimeSpan? SinceRenewal => _holder.SinceRenewal;

    /// <summary>Makes the FleetNode the owner, so that the Lease goes with it.</summary>
    public void SetOwner(FleetNode node) => _holder.Lock.Owner = node.AsOwner();

    /// <summary>
    /// Takes the Lease: at once when it is free, expired or an older process's of this host. Another host's is waited for
    /// until it expires; one that is alive ends the agent.
    /// </summary>
    /// <exception cref="ExitException">Another host is alive under this name.</exception>
    public async Task AcquireAsync(FleetNode node, StartRetry retry, CancellationToken cancellationToken)
    {
        SetOwner(node);
        LeaseAttempt? before = null;
        while (true)
        {
            var attempt = await retry.RunAsync(_holder.TryAcquireAsync, cancellationToken);
            if (attempt.Held)
            {
                return;
            }

            if (LeaseRefusal.Decide(before, attempt) == LeaseRefusalKind.Alive)
            {
                throw new ExitException(ExitCodes.BadConfiguration, LeaseRefusal.Describe(_context.NodeName, attempt, node.Status?.Instance));
            }

            if (before?.Holder is null && attempt.Holder is not null)
            {
                _context.Logger.WaitingForLease(
                    LeaseRefusal.Describe(_context.NodeName, attempt, node.Status?.Instance), attempt.ExpiresIn?.TotalSeconds ?? 0);
            }

            before = attempt;
            await Task.Delay(attempt.ExpiresIn is { } left && left < PollInterval ? left + TimeSpan.FromMilliseconds(10) : PollInterval, _context.Time, cancellationToken);
        }
    }

    /// <summary>Renews until cancelled, then releases. The other holder when the Lease was lost; else null.</summary>
    public Task<string?> HoldAsync(CancellationToken cancellationToken) => _holder.RunAsync(cancellationToken);

    public void Dispose() => _connection.Dispose();
}
