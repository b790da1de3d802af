using Foreman.Kubernetes;

namespace Foreman.Agent.Hosting;

/// <summary>Repeats the steps of the start until they succeed or <see cref="StartDecision"/> ends the agent.</summary>
internal sealed class StartRetry
{
    private readonly AgentContext _context;
    private readonly long _started;
    private readonly Random _random;

    public StartRetry(AgentContext context)
    {
        _context = context;
        _started = context.Time.GetTimestamp();
#pragma warning disable CA5394 // Spreads repeated requests; guards nothing.
        _random = new Random(context.Seed);
#pragma warning restore CA5394
    }

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await step(cancellationToken);
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                await WaitAsync(e, failures, cancellationToken);
            }
        }
    }

    private async Task WaitAsync(Exception e, int failures, CancellationToken cancellationToken)
    {
        var (elapsed, timeout) = (_context.Time.GetElapsedTime(_started), _context.Settings.Cluster.StartTimeout);
        if (StartDecision.Stop(e, elapsed, timeout, _context.NodeName) is { } stop)
        {
            throw stop;
        }

#pragma warning disable CA5394 // As above.
        var wait = ApiErrors.RetryDelay(e, failures, _random.NextDouble());
#pragma warning restore CA5394
        wait = wait < timeout - elapsed ? wait : timeout - elapsed;
        _context.Logger.RetryingStart(ApiErrors.Explain(e, _context.NodeName), wait.TotalSeconds);
        await Task.Delay(wait, _context.Time, cancellationToken);
    }
}
