using Foreman.Runner.Publishing;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class SliceFindingTests
{
    [Fact]
    public void A_finding_names_its_place()
    {
        var finding = new SliceFinding(SliceRules.Conflict, "both change it");

        Assert.Equal("both change it", finding.Text);
        Assert.Equal("a.txt: both change it", (finding with { File = "a.txt" }).Text);
        Assert.Equal("a.txt:12: both change it", (finding with { File = "a.txt", Line = 12 }).Text);
    }

    [Fact]
    public void In_a_result_what_counts_comes_first_and_all_of_it_is_bounded()
    {
        var told = new SliceFinding(SliceRules.Contract, "told") { IsAdvisory = true };
        var counts = new SliceFinding(SliceRules.Outside, new string('x', 5000) + "\u001b") { Slice = "s", File = "f", Line = 3 };

        var json = SliceFinding.ToJson([told, .. Enumerable.Repeat(counts, 100)]);

        Assert.Equal(SliceFinding.Max, json.Count);
        Assert.Equal(("outside", "s", "f", 3), ((string?)json[0]!["rule"], (string?)json[0]!["slice"], (string?)json[0]!["file"], (int)json[0]!["line"]!));
        Assert.InRange(json.ToJsonString().Length, 1, 32 * 1024);
        Assert.True((bool)SliceFinding.ToJson([told])[0]!["advisory"]!);
    }

    [Fact]
    public void Slices_are_rejected_for_what_counts_and_not_for_what_is_told()
    {
        Assert.False(new SliceUnion { Findings = [new(SliceRules.Contract, "told") { IsAdvisory = true }] }.IsRejected);
        Assert.True(new SliceUnion { Findings = [new(SliceRules.Case, "counts")] }.IsRejected);
        Assert.True(new SliceUnion { Ending = Ending.SecretsFound([]) }.IsRejected);
    }
}
