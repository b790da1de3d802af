using Foreman.Api;

namespace Foreman.Probes;

/// <summary>What was found on this host.</summary>
/// <param name="Capability">RAM, accelerators, model servers and their models.</param>
/// <param name="Slots">How many tasks the host can run at once; at least 1.</param>
/// <param name="Os">Operating system, as in <c>FleetNode.status.os</c>.</param>
/// <param name="Arch">Processor, as in <c>FleetNode.status.arch</c>.</param>
/// <param name="Notes">Problems for people: what is wrong or missing, and what to do about it.</param>
public sealed record ProbeResult(NodeCapability Capability, int Slots, string Os, string Arch, IReadOnlyList<string> Notes)
{
    /// <summary>What the answers of each model depend on.</summary>
    public IReadOnlyList<ModelBuild> Builds { get; init; } = [];
}
