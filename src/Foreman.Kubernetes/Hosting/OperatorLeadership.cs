using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>The elector of an operator with dedicated connections.</summary>
internal sealed class OperatorLeadership : IDisposable
{
    private readonly IKubernetes _client;

    private OperatorLeadership(IKubernetes client, LeaderElector elector)
    {
        _client = client;
        Elector = elector;
    }

    public LeaderElector Elector { get; }

    public static OperatorLeadership Create(IKubernetes client, OperatorLeaderElection election, string name, TimeProvider time, ILogger logger)
    {
        var own = client.Dedicated();
        var options = new LeaseLockOptions { Duration = election.LeaseDuration, Time = time };
        var lease = new LeaseLock(own, election.Namespace ?? client.Configuration.Namespace, election.LeaseName ?? name, election.Identity, options);
        return new(own, new(Config(election, lease) with { Logger = logger }));
    }

    /// <summary>The error in the options; null when they are valid.</summary>
    public static string? ValidationError(IKubernetes client, OperatorLeaderElection election)
    {
        try
        {
            Config(election, new(client, "default", "check", election.Identity, new() { Duration = election.LeaseDuration })).Validated();
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => _client.Dispose();

    private static LeaderElectionConfig Config(OperatorLeaderElection election, LeaseLock lease) =>
        new(lease) { RenewDeadline = election.RenewDeadline, RetryPeriod = election.RetryPeriod };
}
