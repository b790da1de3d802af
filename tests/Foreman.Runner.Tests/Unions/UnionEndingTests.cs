using Foreman.Api;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class UnionEndingTests
{
    private static readonly SliceFinding Counts = new(SliceRules.Outside, "it is none of the slice's files") { File = "a.txt" };
    private static readonly SliceFinding Told = new(SliceRules.Contract, "the contract quotes X") { IsAdvisory = true };

    [Fact]
    public void What_keeps_slices_apart_is_named_the_first_three_of_it()
    {
        var ending = UnionEnding.Rejected([Told, Counts, Counts with { File = "b.txt" }, Counts with { File = "c.txt" }, Counts with { File = "d.txt" }, Counts with { File = "e.txt" }]);

        Assert.Equal((Verdict.NoGo, TaskPhase.Succeeded, (FailureReason?)null), (ending.Verdict, ending.Phase, ending.Reason));
        Assert.StartsWith("nothing was pushed: a.txt: it is none of the slice's files; b.txt: ", ending.Summary, StringComparison.Ordinal);
        Assert.EndsWith("c.txt: it is none of the slice's files; and 2 more", ending.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_moved_is_no_fault_of_the_slices() => Assert.Equal("PUSH-FAILED", UnionEnding.Moved([new(SliceRules.Moved, "it moved")]).Outcome);

    [Fact]
    public void Work_that_is_in_the_base_already_is_a_success()
    {
        var ending = UnionEnding.Nothing("main");

        Assert.Equal((Verdict.Go, "NO-CHANGES"), (ending.Verdict, ending.Outcome));
        Assert.Contains("main", ending.Summary, StringComparison.Ordinal);
    }
}
