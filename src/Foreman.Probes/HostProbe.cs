using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>
/// Probes this host: RAM, accelerators, and the model servers that run here with their models. Probing changes nothing. Keep
/// one instance for repeated probes: it tracks servers that missed a deadline, and programs that hang.
/// </summary>
public sealed class HostProbe : IDisposable
{
    private readonly ProbeOptions _options;
    private readonly HelperPrograms _commands;
    private readonly ServerProbe _servers;

    /// <summary>Makes a probe; nothing is read yet.</summary>
    /// <param name="options">What to probe, and timeouts.</param>
    /// <param name="time">The clock for all timeouts.</param>
    public HostProbe(ProbeOptions options, TimeProvider time)
        : this(options, time, new ServerHistory())
    {
    }

    private HostProbe(ProbeOptions options, TimeProvider time, ServerHistory? history)
    {
        _options = options;
        _commands = new HelperPrograms(options.CommandTimeout, time);
        _servers = new ServerProbe(options, time, history);
    }

    /// <summary>Probes once.</summary>
    /// <param name="options">What to probe, and timeouts.</param>
    /// <param name="time">The clock for all timeouts.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    public static async Task<ProbeResult> ProbeAsync(ProbeOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var probe = new HostProbe(options, time, history: null);
        return await probe.ProbeAsync(cancellationToken);
    }

    /// <summary>Looks once for model servers only: fills the servers and the models of a capability, and nothing else.</summary>
    /// <param name="options">Where to look.</param>
    /// <param name="time">The clock for all timeouts.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    public static async Task<NodeCapability> FindServersAsync(ProbeOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var servers = new ServerProbe(options, time, history: null);
        return CapabilitySummary.Of(new HostFacts(), await servers.FindAsync(cancellationToken));
    }

    /// <summary>Probes. Unknown facts are absent in the result; only cancellation throws.</summary>
    /// <param name="cancellationToken">Cancels the probe.</param>
    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var facts = HostFactsReader.ReadAsync(_options, _commands, cancellationToken);
        var findings = _servers.FindAsync(cancellationToken);
        await Task.WhenAll(facts, findings);
        return new ProbeResult(
            CapabilitySummary.Of(await facts, await findings),
            CapabilitySummary.Slots(_options.MaxConcurrentTasks, await findings),
            _options.Platform.Os(),
            HostPlatforms.Arch,
            CapabilitySummary.Notes(await facts, await findings, _options))
        {
            Builds = [.. (await findings).SelectMany(ModelBuild.Of)],
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _servers.Dispose();
}
