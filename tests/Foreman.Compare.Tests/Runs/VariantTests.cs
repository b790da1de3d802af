using Foreman.AgentLoop.Loop;
using Foreman.Compare.Runs;

namespace Foreman.Compare.Tests.Runs;

public sealed class VariantTests
{
    [Fact]
    public void Each_variant_switches_off_one_defence_and_the_last_one_all()
    {
        var all = Variant.All[0];
        var switches = Variant.All.Skip(1).SkipLast(1).ToList();

        Assert.Equal((Variant.Everything, Variant.Nothing), (all.Name, Variant.All[^1].Name));
        Assert.All(switches, v => Assert.Equal(1, Off(v)));
        Assert.Equal(switches.Count, Off(Variant.All[^1]));
        Assert.Equal(Variant.All.Count, Variant.All.Select(v => v with { Name = "", Title = "" }).Distinct().Count());
    }

    private static int Off(Variant v) => new[]
    {
        v.Loop.FindsCallsInText, v.Loop.MendsArguments, v.Loop.KeepsHistoryValid, v.Loop.AsksAgain, v.Loop.DistrustsFinishReason, v.Loop.AdvisesOnCuts,
        v.Loop.NudgesWhenStuck, v.Loop.MasksOldResults, v.Loop.FitsLargeResults, v.Tools.MatchesLeniently, v.Tools.ShowsNearestText, v.Tools.EscalatesToWholeFile,
        v.Tools.NamesNearPaths, v.DetectsStuck,
    }.Count(on => !on);

    [Fact]
    public void A_run_has_every_defence_unless_told_otherwise() => Assert.Equal(LoopDefences.All, new Foreman.AgentLoop.AgentRunServices { Transcript = null! }.Defences);
}
