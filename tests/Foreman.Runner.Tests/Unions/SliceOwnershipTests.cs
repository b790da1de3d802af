using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class SliceOwnershipTests
{
    private static readonly TaskSlice Parser = Slice("parser", "pkg/parse.go", "./docs//parser/");
    private static readonly TaskSlice Printer = Slice("printer", "pkg/print.go");
    private static readonly TaskSlice Rest = Slice("rest");

    [Theory]
    [InlineData("pkg/parse.go", true)]
    [InlineData("docs/parser/a/b.md", true)]
    [InlineData("docs/parser.md", false)]
    [InlineData("pkg/parse.go.orig", false)]
    [InlineData("pkg/Parse.go", false)]
    [InlineData("parse.go", false)]
    public void A_slice_names_files_and_folders_with_all_below_them(string path, bool expected) => Assert.Equal(expected, SliceOwnership.Names(Parser, path));

    [Fact]
    public void A_slice_without_files_names_none() => Assert.False(SliceOwnership.Names(Rest, "a"));

    [Fact]
    public void A_file_belongs_to_one_slice()
    {
        Assert.Empty(SliceOwnership.NamedTwice([Parser, Printer, Rest]));
        var found = SliceOwnership.NamedTwice([Parser, Printer, Slice("third", "pkg", "./pkg/print.go", "docs/parser/x.md", "docs/parser/x.md")]);

        Assert.All(found, f => Assert.Equal((SliceRules.OwnedTwice, false), (f.Rule, f.IsAdvisory)));
        Assert.Equal(
            [
                "pkg/print.go: slices printer and third both name it, or a folder above it; a file belongs to one slice",
                "pkg/parse.go: slices third and parser both name it, or a folder above it; a file belongs to one slice",
                "pkg/print.go: slices third and printer both name it, or a folder above it; a file belongs to one slice",
                "docs/parser/x.md: slices parser and third both name it, or a folder above it; a file belongs to one slice",
            ],
            found.Select(f => f.Text));
    }

    [Fact]
    public void A_folder_and_a_file_in_it_may_be_of_one_slice() => Assert.Empty(SliceOwnership.NamedTwice([Slice("one", "pkg", "pkg/a.go")]));

    [Fact]
    public void Only_its_own_files_may_a_slice_change()
    {
        var (found, _) = Judge(Parser, new("pkg/parse.go", ChangeKind.Modified), new("docs/parser/new.md", ChangeKind.Added), new("pkg/print.go", ChangeKind.Deleted), new("go.mod", ChangeKind.Modified));

        Assert.Equal(
            [
                "pkg/print.go: slice parser changes it, and it is a file of slice printer",
                "go.mod: slice parser changes it, and it is none of the slice's files",
            ],
            found.Select(f => f.Text));
        Assert.All(found, f => Assert.Equal((SliceRules.Outside, "parser"), (f.Rule, f.Slice)));
    }

    [Fact]
    public void A_slice_without_files_takes_what_nobody_else_has()
    {
        var (first, taken) = Judge(Rest, new("go.mod", ChangeKind.Modified), new("pkg/print.go", ChangeKind.Modified));
        var (second, _) = SliceOwnership.Judge([Parser, Printer, Rest, Slice("more")], Slice("more"), [new JoinedFile("go.mod", ChangeKind.Modified), new JoinedFile("new.txt", ChangeKind.Added)], taken);

        Assert.Equal(["pkg/print.go: slice rest changes it, and it is a file of slice printer"], first.Select(f => f.Text));
        Assert.Equal(["go.mod: slices rest and more both change it; name it in the files of one"], second.Select(f => f.Text));
    }

    [Fact]
    public void The_pin_of_a_submodule_is_of_no_slice()
    {
        var (found, _) = Judge(Slice("vendor", "lib"), new JoinedFile("lib/x", ChangeKind.Modified, IsSubmodule: true));

        Assert.Equal(SliceRules.Submodule, Assert.Single(found).Rule);
    }

    [Fact]
    public void New_names_that_differ_in_case_only_are_found()
    {
        ImmutableArray<SliceFinding> Of(params JoinedFile[] changes) => SliceOwnership.SameBut(["docs/A.md", "docs/a.md", "README.md", "x"], changes);

        Assert.Empty(Of(new JoinedFile("docs/a.md", ChangeKind.Modified)));
        Assert.Empty(Of(new("README.md", ChangeKind.Deleted), new("Readme.md", ChangeKind.Added)));
        Assert.Empty(Of(new("Readme.md", ChangeKind.Added), new("Readme.md", ChangeKind.Deleted)));
        var finding = Assert.Single(Of(new JoinedFile("readme.md", ChangeKind.Added)));
        Assert.Equal((SliceRules.Case, "readme.md"), (finding.Rule, finding.File));
        Assert.Contains("README.md", finding.Message, StringComparison.Ordinal);
    }

    private static (ImmutableArray<SliceFinding> Findings, ImmutableDictionary<string, string> Taken) Judge(TaskSlice slice, params JoinedFile[] files) =>
        SliceOwnership.Judge([Parser, Printer, Rest], slice, files, ImmutableDictionary<string, string>.Empty);

    internal static TaskSlice Slice(string name, params string[] files) => new() { Name = name, Branch = name, Files = files.Length == 0 ? null : files };
}
