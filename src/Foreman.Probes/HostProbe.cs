using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>
/// Finds out what this host can do: RAM, accelerators, and the model servers that run here with their models. Everything
/// is asked of the host itself; nothing is changed by asking. Keep one for repeated probes: it remembers servers that
/// miss a deadline once, and programs that hang.
/// </summary>
public sealed class HostProbe : IDisposable
{
    private readonly ProbeOptions _options;
    private readonly HelperPrograms _commands;
    private readonly ServerProbe _servers;

    /// <summary>Prepares; nothing is asked yet.</summary>
    /// <param name="options">What to look at and how long to wait.</param>
    /// <param name="time">The clock for all bounds.</param>
    public HostProbe(ProbeOptions options, TimeProvider time)
    {
        _options = options;
        _commands = new HelperPrograms(options.CommandTimeout, time);
        _servers = new ServerProbe(options, time);
    }

    /// <summary>Probes once.</summary>
    /// <param name="options">What to look at and how long to wait.</param>
    /// <param name="time">The clock for all bounds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ProbeResult> ProbeAsync(ProbeOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var probe = new HostProbe(options, time);
        return await probe.ProbeAsync(cancellationToken);
    }

    /// <summary>
    /// Probes. What can't be found out is absent in the result; nothing here fails but by cancellation.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
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
