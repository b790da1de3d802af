using System.Text.Json;
using Foreman.Agent.Cli;
using Foreman.Agent.Conformance;
using Foreman.Agent.Sandboxing;
using Foreman.Hosting;
using Foreman.Probes;
using Foreman.Sandbox;

namespace Foreman.Agent.Probing;

/// <summary><c>foreman-agent probe</c>: what would be reported about this host, without a cluster.</summary>
internal static class ProbeCommand
{
    public static async Task<int> RunAsync(AgentSettings settings, bool json, ConsoleStreams console, CancellationToken cancellationToken)
    {
        var probed = DeclaredFacts.Apply(await HostProbe.ProbeAsync(settings.Probe, TimeProvider.System, cancellationToken), settings.Declared);
        var result = ToolCallResults.Open(settings.Runs.StateDir).Apply(probed);
        var (cage, reason) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, cancellationToken);
        var capability = result.Capability with { Sandbox = SandboxFact.Of(cage?.Mode, reason, settings.Runs.InsecureNoSandbox) };
        var report = new ProbeReport(settings.Node.Name, result.Os, result.Arch, result.Slots, capability, [.. settings.Warnings, .. result.Notes]);
        await console.Out.WriteAsync(json
            ? JsonSerializer.Serialize(report, ProbeJson.Default.ProbeReport) + "\n"
            : ProbeText.Of(report, console.Colours));
        return ExitCodes.Done;
    }
}
