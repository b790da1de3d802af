using Foreman.Agent.Cli;
using Foreman.Probes;

namespace Foreman.Agent.Probing;

/// <summary>Fills what could not be probed from what flags say, and tells where the two disagree. A probed fact wins.</summary>
internal static class DeclaredFacts
{
    public static ProbeResult Apply(ProbeResult probed, DeclaredCapability declared)
    {
        var found = probed.Capability;
        var notes = new List<string>(probed.Notes);
        Disagreement(notes, "total-ram-gb", declared.TotalRamGb, found.TotalRAMGB);
        Disagreement(notes, "max-context-tokens", declared.ContextTokens, found.MaxContextTokens);
        var accelerator = found.Accelerator;
        if (declared.Accelerator is { } word && word != found.Accelerator)
        {
            // On an operating system without probes of its own nobody else can know; elsewhere "none" was looked for.
            accelerator = probed.Os is "linux" or "darwin" ? found.Accelerator : word;
            notes.Add($"--accelerator={word}: the probe says {found.Accelerator}; {accelerator} is reported");
        }

        return probed with
        {
            Capability = found with
            {
                Accelerator = accelerator,
                TotalRAMGB = found.TotalRAMGB ?? declared.TotalRamGb,
                MaxContextTokens = found.MaxContextTokens ?? declared.ContextTokens,
                TokensPerSecond = found.TokensPerSecond ?? declared.TokensPerSecond,
                InstalledModels = [.. (found.InstalledModels ?? []).Concat(declared.Models).Distinct(StringComparer.Ordinal)],
            },
            Notes = notes,
        };
    }

    private static void Disagreement(List<string> notes, string flag, int? declared, int? probed)
    {
        if (declared is { } d && probed is { } p && d != p)
        {
            notes.Add($"--{flag}={d}: the probe says {p}, which is reported");
        }
    }
}
