using Foreman.Api;

namespace Foreman.Scheduling.Tests.Features;

public sealed class SliceFeatureTests
{
    private static readonly TaskPayload Whole = new()
    {
        Repo = "o/r",
        Branch = "foreman/all",
        Slices = [new TaskSlice { Name = "parser", Branch = "foreman/parser", Files = ["pkg/parse.go", "docs/"] }, new TaskSlice { Name = "printer", Branch = "foreman/printer" }],
        Contract = "Widget IDs are lower case.",
        SharedIdentifiers = [new SharedIdentifier { Id = "WidgetID", DefinedBy = "parser", ReferencedBy = ["printer"] }],
    };

    [Theory]
    [InlineData("integrate")]
    [InlineData("reconcile")]
    public void Slices_that_lack_nothing_are_taken(string kind) => Assert.Empty(Fields(kind, p => p));

    [Fact]
    public void Slices_that_are_joined_may_have_a_pull_request() => Assert.Empty(Fields("integrate", p => p with { OpenPullRequest = true }));

    [Fact]
    public void Other_kinds_have_no_use_for_slices()
    {
        var fields = Fields("freeform", p => p with { Prompt = "p" });

        Assert.Equal(["spec.payload.slices", "spec.payload.contract", "spec.payload.sharedIdentifiers"], fields.Select(f => f.Path));
        Assert.All(fields, f => Assert.Contains("integrate and reconcile", f.Why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("integrate")]
    [InlineData("reconcile")]
    public void Without_a_repository_or_slices_there_is_nothing_to_do(string kind)
    {
        Assert.Contains("spec.payload.repo", Fields(kind, p => p with { Repo = null }).Select(f => f.Path));
        Assert.Equal(["spec.payload.slices"], Fields(kind, p => p with { Slices = null, SharedIdentifiers = null }).Select(f => f.Path));
        Assert.Equal(["spec.payload.slices"], Fields(kind, p => p with { Slices = [.. Enumerable.Range(0, 101).Select(i => new TaskSlice { Name = $"s{i}", Branch = "b" })], SharedIdentifiers = null }).Select(f => f.Path));
    }

    [Fact]
    public void A_slice_to_join_needs_a_branch_of_its_own()
    {
        Assert.Equal(["spec.payload.slices[1].branch"], Fields("integrate", p => With(p, new TaskSlice { Name = "printer" })).Select(f => f.Path));
        Assert.Equal(["spec.payload.slices[1].branch \"foreman/all\""], Fields("integrate", p => With(p, new TaskSlice { Name = "printer", Branch = "foreman/all" })).Select(f => f.Path));
    }

    [Fact]
    public void A_slice_to_compare_may_lie_on_the_branch_that_holds_all()
    {
        Assert.Empty(Fields("reconcile", p => With(p, new TaskSlice { Name = "printer" })));
        Assert.Equal(["spec.payload.slices[1].branch"], Fields("reconcile", p => With(p, new TaskSlice { Name = "printer" }) with { Branch = null }).Select(f => f.Path));
    }

    [Theory]
    [InlineData("../contract.md", true)]
    [InlineData(" docs/../../contract.md\n", true)]
    [InlineData("/etc/passwd", true)]
    [InlineData("docs/contract.md", false)]
    [InlineData("Paths are of the form ../a/b.", false)]
    [InlineData("..", false)]
    public void A_contract_is_a_text_or_a_file_of_the_repository(string contract, bool isRefused) =>
        Assert.Equal(isRefused ? "spec.payload.contract" : null, Fields("reconcile", p => p with { Contract = contract }).SingleOrDefault()?.Path);

    [Theory]
    [InlineData("/etc/passwd", "leads out")]
    [InlineData("a/../../b", "leads out")]
    [InlineData("./", "names no file")]
    [InlineData("pkg/*.go", "patterns")]
    [InlineData("pages/[id].tsx", null)]
    public void Files_are_paths_in_the_repository(string file, string? why)
    {
        var fields = Fields("integrate", p => With(p, new TaskSlice { Name = "printer", Branch = "b", Files = ["ok", file] }));

        string[] expected = why is null ? [] : [$"spec.payload.slices[1].files[1] \"{file}\""];
        Assert.Equal(expected, fields.Select(f => f.Path));
        Assert.All(fields, f => Assert.Contains(why!, f.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_slices_are_used_once_and_identifiers_name_slices_that_are_there()
    {
        Assert.Equal(["spec.payload.slices[1].name \"parser\"", "spec.payload.sharedIdentifiers[0].referencedBy[0] \"printer\""],
            Fields("integrate", p => With(p, new TaskSlice { Name = "parser", Branch = "b" })).Select(f => f.Path));
        Assert.Equal(["spec.payload.sharedIdentifiers[0].definedBy \"nobody\""], Identifiers(new SharedIdentifier { Id = "A", DefinedBy = "nobody" }));
        Assert.Equal(["spec.payload.sharedIdentifiers[0].id \"two words\""], Identifiers(new SharedIdentifier { Id = "two words", DefinedBy = "parser" }));
        Assert.Equal(["spec.payload.sharedIdentifiers[1].id \"A\""], Identifiers(new SharedIdentifier { Id = "A", DefinedBy = "parser" }, new SharedIdentifier { Id = "A", DefinedBy = "printer" }));
    }

    [Fact]
    public void What_has_nothing_to_compare_or_would_be_left_out_is_refused()
    {
        Assert.Equal(["spec.payload.sharedIdentifiers"], Fields("reconcile", p => p with { SharedIdentifiers = null, Contract = null }).Select(f => f.Path));
        Assert.Empty(Fields("integrate", p => p with { SharedIdentifiers = null, Contract = null }));
        Assert.Equal(["spec.payload.openPullRequest"], Fields("reconcile", p => p with { OpenPullRequest = true }).Select(f => f.Path));
        Assert.Equal(["spec.payload.openPullRequest"], Fields("integrate", p => p with { Repo = "/srv/clone", OpenPullRequest = true }).Select(f => f.Path));
        Assert.Equal(["spec.payload.reviseFromBranch", "spec.payload.branchStrategy"], Fields("integrate", p => p with { ReviseFromBranch = "c", BranchStrategy = BranchStrategy.Rebase }).Select(f => f.Path));
    }

    private static TaskPayload With(TaskPayload payload, TaskSlice second) => payload with { Slices = [payload.Slices![0], second] };

    private static IEnumerable<string> Identifiers(params SharedIdentifier[] shared) => Fields("reconcile", p => p with { SharedIdentifiers = shared }).Select(f => f.Path);

    private static IReadOnlyList<UnsupportedField> Fields(string kind, Func<TaskPayload, TaskPayload> change) =>
        FeatureRegistry.InTask(Given.Task("t").With(s => s with { Kind = new TaskKind(kind), Payload = change(Whole) }), null, new());
}
