using Foreman.Api;

namespace Foreman.Tools.Tests;

public sealed class ToolCatalogTests
{
    [Fact]
    public void Every_tool_has_its_row_in_the_table_of_names_and_every_row_its_tool() =>
        Assert.Equal(KnownTools.Names, ToolCatalog.All.Select(t => t.Definition.Name));

    [Fact]
    public void Every_name_has_traits() =>
        Assert.All(KnownTools.Names, name => Assert.NotNull(KnownTools.TraitsOf(name)));

    [Fact]
    public void Submit_result_is_always_offered() =>
        Assert.Equal([KnownTools.Grep, KnownTools.SubmitResult], ToolCatalog.Of([KnownTools.Grep]).Definitions.Select(d => d.Name));

    [Theory]
    [InlineData(KnownTools.Grep, false)]
    [InlineData(KnownTools.WriteFile, true)]
    public void Only_a_tool_that_changes_something_can_edit(string tool, bool canEdit) =>
        Assert.Equal(canEdit, ToolCatalog.Of([tool]).CanEdit);

    [Fact]
    public void A_tool_of_another_release_is_named_with_those_of_this_one()
    {
        var e = Assert.Throws<UnsupportedToolException>(() => ToolCatalog.Of(["grep", "run_gate_job"]));

        Assert.Equal("tools not supported by this release: run_gate_job; supported are read_file, write_file, str_replace, grep, list_files, bash, fetch_issue, fetch_pull_request, schedule_set, schedule_list, schedule_delete, schedule_history, submit_result", e.Message);
    }
}
