using Foreman.Compare.Runs;

namespace Foreman.Compare.Tests.Runs;

public sealed class TableTests
{
    [Fact]
    public void Runs_are_compared_pair_by_pair()
    {
        var variants = Variant.All.Where(v => v.Name is Variant.Everything or "stuck").ToList();
        var results = new Dictionary<TrialKey, TrialResult>
        {
            [new(Variant.Everything, "c-x", 1)] = new(true, "done", 100, 4),
            [new(Variant.Everything, "c-x", 2)] = new(false, "stuck", 300, 8),
            [new(Variant.Everything, "c-x", 3)] = new(true, "done", 200, 6),
            [new("stuck", "c-x", 1)] = new(false, "stuck", 500, 5),
            [new("stuck", "c-x", 2)] = new(true, "done", 500, 5),
            [new("stuck", "c-x", 3)] = new(true, "done", 500, 5),
        };

        var lines = Table.Markdown(results, variants).Split('\n');

        Assert.Equal("| nothing (all defences on) | 2 of 3 (66.7 %) | 0 | 0 | 300 | 6.0 |", lines[2]);
        Assert.Equal("| stuck detectors as a whole | 2 of 3 (66.7 %) | 1 | 1 | 750 | 5.0 |", lines[3]);
        Assert.Equal("| c | 1 | 2 of 3 (66.7 %) | – |", Table.Languages(results, [new CodingTask("c-x", "/nowhere")]).Split('\n')[2]);
    }
}
