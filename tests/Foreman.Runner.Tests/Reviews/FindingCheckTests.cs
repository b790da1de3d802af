using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class FindingCheckTests
{
    private static readonly Finding Said = new(Finding.Major, "m") { File = "calc.py", Line = 3 };
    private static readonly CitedFile Calc = new("src/calc.py", 10) { IsChanged = true, Touched = [2, 3] };

    [Fact]
    public void A_line_that_the_branch_touched_grounds_a_finding_whose_file_gets_its_whole_path()
    {
        var finding = FindingCheck.Of(Said, Calc);

        Assert.Equal(("src/calc.py", "calc.py", 3L, (long?)null, Grounding.Yes), (finding.File, finding.FileClaimed, finding.Line, finding.LineClaimed, finding.Grounding));
    }

    [Theory]
    [InlineData(4L, 4L, null)]
    [InlineData(11L, null, 11L)]
    [InlineData(null, null, null)]
    public void Another_line_does_not_and_one_that_is_not_there_is_taken_out(long? said, long? line, long? claimed)
    {
        var finding = FindingCheck.Of(Said with { Line = said }, Calc);

        Assert.Equal((line, claimed, Grounding.No), (finding.Line, finding.LineClaimed, finding.Grounding));
    }

    [Fact]
    public void A_file_that_is_not_there_is_taken_out_with_its_line()
    {
        var finding = FindingCheck.Of(Said, null);

        Assert.Equal((null, "calc.py", null, 3L, Grounding.No), (finding.File, finding.FileClaimed, finding.Line, finding.LineClaimed, finding.Grounding));
    }

    [Fact]
    public void A_file_that_the_branch_did_not_change_grounds_nothing() =>
        Assert.Equal(Grounding.No, FindingCheck.Of(Said, new CitedFile("calc.py", 10)).Grounding);

    [Fact]
    public void Where_the_touched_lines_are_not_known_nobody_can_tell()
    {
        Assert.Equal(Grounding.Unknown, FindingCheck.Of(Said, Calc with { Touched = null }).Grounding);
        Assert.Equal(Grounding.Unknown, FindingCheck.Of(Said with { Line = null }, Calc with { Touched = [], Lines = null }).Grounding);
        Assert.Equal((3L, Grounding.Unknown), (FindingCheck.Of(Said, Calc with { Touched = [], Lines = 1 }).Line!.Value, FindingCheck.Of(Said, Calc with { Touched = [], Lines = 1 }).Grounding));
    }

    [Fact]
    public void A_finding_without_a_place_is_grounded_in_nothing() =>
        Assert.Equal(Said with { File = null, Line = null, Grounding = Grounding.No }, FindingCheck.Of(Said with { File = null, Line = null }, null));
}
