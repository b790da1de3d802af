using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Probing;
using Foreman.Probes;

namespace Foreman.Agent.Tests.Probing;

public class DeclaredFactsTests
{
    private static readonly ProbeResult Probed = new(
        new NodeCapability { Accelerator = Accelerator.None, TotalRAMGB = 64, InstalledModels = ["a"] }, 1, "linux", "amd64", []);

    [Fact]
    public void A_probed_fact_wins_and_the_difference_is_told()
    {
        var result = DeclaredFacts.Apply(Probed, new DeclaredCapability { TotalRamGb = 128, Accelerator = Accelerator.Cuda });

        Assert.Equal((64, Accelerator.None), (result.Capability.TotalRAMGB, result.Capability.Accelerator!.Value));
        Assert.Equal(
            ["--total-ram-gb=128: the probe says 64, which is reported", "--accelerator=cuda: the probe says none; none is reported"],
            result.Notes);
    }

    [Fact]
    public void What_cannot_be_probed_is_taken_from_the_flags()
    {
        var result = DeclaredFacts.Apply(Probed, new DeclaredCapability { ContextTokens = 8192, TokensPerSecond = 30, Models = ["a", "b"] });

        Assert.Equal((8192, 30), (result.Capability.MaxContextTokens, result.Capability.TokensPerSecond));
        Assert.Equal(["a", "b"], result.Capability.InstalledModels!);
        Assert.Empty(result.Notes);
    }
}
