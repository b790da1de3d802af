using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Combines host facts and detected servers into the capability of a FleetNode.</summary>
internal static class CapabilitySummary
{
    // The status of a FleetNode has to fit into one object.
    private const int MostModels = 2 * ServedModels.MaxPerServer;

    public static NodeCapability Of(HostFacts facts, IReadOnlyList<ServerFinding> findings)
    {
        var models = findings.SelectMany(f => f.Models).Take(MostModels).ToList();
        var loaded = models.Where(m => m.Loaded != false).ToList();
        return new NodeCapability
        {
            Accelerator = Summarize(facts.Accelerators),
            TotalRAMGB = Units.ToGB(facts.Memory.Total),
            AvailableRAMGB = Units.ToGB(facts.Memory.Available),
            MaxContextTokens = loaded.Max(m => m.ContextTokens),
            TokensPerSecond = loaded.Max(m => m.DecodeTokensPerSecond),
            InstalledModels = [.. models.Select(m => m.Name).Distinct(StringComparer.Ordinal)],
            Accelerators = facts.Accelerators,
            ModelServers = [.. findings.Select(f => f.Server)],
            Models = models,
            CpuCores = facts.CpuCores > 0 ? facts.CpuCores : null,
            SwapUsedGB = Units.ToGB(facts.Memory.SwapUsed),
            // A limit above the RAM of the host, as container runtimes of virtual machines set it, limits nothing.
            AgentMemoryLimitGB = facts.AgentMemoryLimit >= facts.Memory.Total ? null : Units.ToGB(facts.AgentMemoryLimit),
            OnBattery = facts.OnBattery,
            Thermal = facts.Thermal,
        };
    }

    /// <summary>The accelerator kind of all usable devices: NVIDIA is cuda, Apple is metal, AMD and Intel are vulkan.</summary>
    public static Accelerator Summarize(IReadOnlyList<AcceleratorDevice> devices)
    {
        Accelerator[] order = [Accelerator.Cuda, Accelerator.Metal, Accelerator.Vulkan];
        var usable = devices.Where(d => d.Healthy != false).Select(d => d.Kind).ToHashSet();
        return order.Where(kind => usable.Contains(kind)).Append(Accelerator.None).First();
    }

    /// <summary>
    /// Concurrent tasks: the configured number, else the slots of the loaded models of each healthy server that has any model (1 where unknown).
    /// </summary>
    public static int Slots(int? configured, IReadOnlyList<ServerFinding> findings) => configured ?? Math.Max(
        1,
        (int)Math.Min(
            int.MaxValue,
            findings.Where(f => f.Server.Healthy == true && f.Models.Count > 0).Sum(f => Math.Max(1, f.Models.Where(m => m.Loaded != false).Sum(m => (long)(m.Slots ?? 0))))));

    public static IReadOnlyList<string> Notes(HostFacts facts, IReadOnlyList<ServerFinding> findings, ProbeOptions options)
    {
        var notes = new List<string>();
        notes.AddRange(facts.Accelerators.Where(d => d.Reason is not null).Select(d => $"{d.Name}: {d.Reason}"));
        notes.AddRange(facts.Notes);
        notes.AddRange(findings.SelectMany(f => f.Notes.Select(note => $"model server {f.Server.Url}: {note}")));
        notes.AddRange(findings.Where(f => f.Server.Healthy != true).Select(f => $"model server {f.Server.Url}: {f.Server.Reason}"));
        if (findings.Count == 0)
        {
            notes.Add(
                $"no model server was found on this host (looked at ports {string.Join(", ", options.Ports)}): "
                + "start llama-server or Ollama, or name one with --model-url");
        }

        return notes;
    }
}
