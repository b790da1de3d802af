using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class GateScriptTests
{
    [Fact]
    public void A_usual_command_runs_in_its_folder_as_it_is() =>
        Assert.Equal("exec 2>&1\ncd '/t/it'\\''s' || exit 1\ngo build ./...\n", GateScript.Of(new GateCheck { Name = Checks.Build, Command = "go build ./...", Folder = "it's" }, "/t"));

    [Fact]
    public void Of_a_given_command_each_line_must_succeed() =>
        Assert.Equal("exec 2>&1\ncd '/t' || exit 1\nset -e\nruff check .\npytest\n", GateScript.Of(new GateCheck { Name = Checks.Test, Command = "ruff check .\npytest", IsGiven = true }, "/t"));

    [Fact]
    public void What_generates_files_is_compared_with_what_was_there()
    {
        var script = GateScript.Of(new GateCheck { Name = Checks.Codegen, Command = "make generate", IsGiven = true }, "/t");

        Assert.Contains("git init", script, StringComparison.Ordinal);
        Assert.Contains("(\nset -e\nmake generate\n)\n", script, StringComparison.Ordinal);
        Assert.Contains("git --no-pager diff --stat --exit-code", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_no_program_can_be_given_is_told()
    {
        Assert.Null(GateScript.Fault(new GateCheck { Name = Checks.Test, Command = new string('x', GateScript.MaxCommandBytes) }));
        Assert.Contains("put it into a script of the repository", GateScript.Fault(new GateCheck { Name = Checks.Test, Command = new string('ä', GateScript.MaxCommandBytes) }), StringComparison.Ordinal);
        Assert.NotNull(GateScript.Fault(new GateCheck { Name = Checks.Test, Command = "a\0b" }));
    }
}
