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
    {
        _options = options;
        _commands = new HelperPrograms(options.CommandTimeout, time);
        _servers = new ServerProbe(options, time);
    }

    /// <summary>Probes once.</summary>
    /// <param name="options">What to probe, and timeouts.</param>
    /// <param name="time">The clock for all timeouts.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    public static async Task<ProbeResult> ProbeAsync(ProbeOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var probe = new HostProbe(options, time);
        return await probe.ProbeAsync(cancellationToken);
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
            CapabilitySummary.Notes(await facts, await findings, _options));
    }

    /// <inheritdoc/>
    public void Dispose() => _servers.Dispose();
}
