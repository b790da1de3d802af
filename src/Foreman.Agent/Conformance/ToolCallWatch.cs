using Foreman.Agent.Draining;
using Foreman.Agent.Hosting;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Conformance;
using Foreman.Api;
using Foreman.Probes;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Conformance;

/// <summary>Tries out, while no task runs on this host, how calls of tools come from each model that it serves.</summary>
internal sealed class ToolCallWatch(HostState state, ToolCallResults results, Func<int> slotsInUse, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, long> _unknown = new(StringComparer.Ordinal);

    /// <summary>Tries until cancelled. No failure ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var idleSince = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            idleSince = IsIdle() ? idleSince : time.GetTimestamp();
            if (time.GetElapsedTime(idleSince) >= ToolCallPlan.IdleTime && !cancellationToken.IsCancellationRequested)
            {
                await TryNextAsync(cancellationToken);
            }
        }
    }

    /// <summary>Tries one model, if one is due.</summary>
    /// <returns>True when something was found.</returns>
    public async Task<bool> TryNextAsync(CancellationToken cancellationToken)
    {
        if (!IsIdle() || ToolCallPlan.Next(state.Facts.Probed, b => results.Has(b) || IsLeftAlone(b)) is not var (model, build))
        {
            return false;
        }

        try
        {
            if (await AskAsync(model, cancellationToken) is { } form)
            {
                logger.ToolCallsFound(model.Name, model.Server, form);
                _unknown.Remove(build.Build);
                results.Add(new ToolCallResult(build.Build, build.Server, build.Model, form, time.GetUtcNow()));
                return true;
            }

            logger.ToolCallsUnknown(model.Name, model.Server);
        }
#pragma warning disable CA1031 // What could not be found out or written is tried again; tasks run without it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.ToolCallsFault(e, model.Name, model.Server);
        }

        _unknown[build.Build] = time.GetTimestamp();
        return false;
    }

    private bool IsIdle() => slotsInUse() == 0 && !Acceptance.IsDraining(state.Facts);

    private bool IsLeftAlone(ModelBuild build) => _unknown.TryGetValue(build.Build, out var since) && time.GetElapsedTime(since) < ToolCallPlan.RetryAfter;

    /// <summary>Asks, and lets go of the model when a task begins to run.</summary>
    private async Task<ToolCallForm?> AskAsync(ServedModel model, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var endpoint = new ModelEndpoint(new Uri(model.Server), model.Id ?? model.Name);
        var asking = ToolCallProbe.RunAsync(endpoint, model.ContextTokens, time, IsIdle, stop.Token);
        while (!asking.IsCompleted)
        {
            await Task.WhenAny(asking, Task.Delay(Glance, time, stop.Token));
            if (!asking.IsCompleted && !IsIdle())
            {
                await stop.CancelAsync();
                break;
            }
        }

        var form = await asking;
        await stop.CancelAsync();
        return form;
    }
}
