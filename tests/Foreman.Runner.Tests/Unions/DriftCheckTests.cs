using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class DriftCheckTests
{
    private static readonly SliceTexts Parser = Texts("parser", ("parse.go", "package p\n\ntype WidgetID string\n"), ("parse_test.go", "package p\n"));
    private static readonly SliceTexts Printer = Texts("printer", ("print.go", "package p\n\nfunc Print(id WidgetID) {}\n"));

    [Fact]
    public void Slices_that_have_what_they_share_agree() =>
        Assert.Empty(DriftCheck.Of([Parser, Printer], [Shared("WidgetID", "parser", "printer"), Shared("Print", "printer")], CancellationToken.None));

    [Fact]
    public void What_is_written_otherwise_is_told_with_its_place()
    {
        var other = Texts("printer", ("print.go", "package p\n\nfunc Print(id WidgetId) {}\n"));

        var finding = Assert.Single(DriftCheck.Of([Parser, other], [Shared("WidgetID", "parser", "printer")], CancellationToken.None));

        Assert.Equal((SliceRules.Unreferenced, "printer", "print.go", 3), (finding.Rule, finding.Slice, finding.File, finding.Line));
        Assert.Equal("print.go:3: slice printer is to use WidgetID (parser has it in parse.go:3), and has WidgetId here", finding.Text);
    }

    [Fact]
    public void What_is_defined_nowhere_is_found_at_the_slice_that_is_to_define_it()
    {
        var findings = DriftCheck.Of([Parser, Printer], [Shared("Format", "parser", "parser", "printer")], CancellationToken.None);

        Assert.Equal([(SliceRules.Undefined, "parser", (string?)null), (SliceRules.Unreferenced, "printer", "print.go")], findings.Select(f => (f.Rule, f.Slice!, f.File)));
        Assert.Equal("slice parser is to define Format, and none of its files has it on parser", findings[0].Text);
    }

    [Fact]
    public void A_slice_without_text_files_and_one_that_is_not_there_are_told()
    {
        var findings = DriftCheck.Of([Parser, Texts("empty")], [Shared("WidgetID", "empty", "nobody")], CancellationToken.None);

        Assert.Equal(
            ["slice empty is to define WidgetID, and has no text files on empty", "slice nobody is to use WidgetID, and there is no such slice"],
            findings.Select(f => f.Text));
    }

    [Fact]
    public void A_file_that_was_not_read_is_only_told()
    {
        var big = Parser with { Texts = Parser.Texts with { LeftOut = ["big.json"] } };

        var finding = Assert.Single(DriftCheck.Of([big], [Shared("WidgetID", "parser")], CancellationToken.None));

        Assert.Equal((SliceRules.NotRead, "big.json", true), (finding.Rule, finding.File, finding.IsAdvisory));
    }

    [Fact]
    public void Findings_are_bounded() =>
        Assert.Equal(SliceFinding.Max, DriftCheck.Of([Parser], Enumerable.Range(0, 200).Select(i => Shared($"Missing{i}", "parser")), CancellationToken.None).Length);

    [Fact]
    public void A_run_that_is_stopped_looks_for_no_more() =>
        Assert.Throws<OperationCanceledException>(() => { _ = DriftCheck.Of([Parser], [Shared("WidgetID", "parser")], new CancellationToken(canceled: true)); });

    internal static SliceTexts Texts(string slice, params (string Path, string Text)[] files) =>
        new(slice, slice, new string('a', 40), new TreeTexts([.. files.Select(f => new FileText(f.Path, f.Text))], []));

    private static SharedIdentifier Shared(string id, string definedBy, params string[] referencedBy) => new() { Id = id, DefinedBy = definedBy, ReferencedBy = referencedBy };
}
