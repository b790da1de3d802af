using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary>Repeats the steps of the start until they succeed or <see cref="StartDecision"/> ends the agent.</summary>
internal sealed class StartPatience
{
    private readonly AgentContext _context;
    private readonly long _started;
    private readonly Random _random;

    public StartPatience(AgentContext context)
    {
        _context = context;
        _started = context.Time.GetTimestamp();
#pragma warning disable CA5394 // Spreads repeated requests; guards nothing.
        _random = new Random(context.Seed);
#pragma warning restore CA5394
    }

    public async Task<T> DoAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
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
        var (elapsed, patience) = (_context.Time.GetElapsedTime(_started), _context.Settings.Cluster.StartTimeout);
        if (StartDecision.Stop(e, elapsed, patience, _context.NodeName) is { } stop)
        {
            throw stop;
        }

#pragma warning disable CA5394 // As above.
        var wait = AccessAdvice.Wait(e, failures, _random.NextDouble());
#pragma warning restore CA5394
        wait = wait < patience - elapsed ? wait : patience - elapsed;
        _context.Logger.LogWarning("{Error}. Trying again in {Wait:0.0} s", AccessAdvice.Explain(e, _context.NodeName), wait.TotalSeconds);
        await Task.Delay(wait, _context.Time, cancellationToken);
    }
}
