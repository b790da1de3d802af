using Foreman.Compare.Model;

namespace Foreman.Compare.Tests.Model;

public sealed class PlanTests
{
    [Fact]
    public void An_edit_is_the_lines_that_differ_with_enough_around_them_to_be_told_apart()
    {
        var before = string.Join('\n', "if a", "x", "end", "if b", "x", "end", "");
        var after = string.Join('\n', "if a", "x", "end", "if b", "y", "end", "");

        var plan = Plan.Read("g", ["read f", "edit f", "run make  test", ""], _ => before, _ => after);

        Assert.Equal([StepKind.Read, StepKind.Edit, StepKind.Run, StepKind.Submit], plan.Steps.Select(s => s.Kind));
        Assert.Equal(("if b\nx\nend", "if b\ny\nend"), (plan.Steps[1].Old, plan.Steps[1].New));
        Assert.Equal("make  test", plan.Steps[2].Text);
        Assert.Equal(after, plan.Steps[1].Text);
    }

    [Theory]
    [InlineData("dance f")]
    [InlineData("edit f")]
    public void A_plan_that_makes_no_sense_is_refused(string line) =>
        Assert.Throws<InvalidDataException>(() => Plan.Read("g", [line], _ => "same", _ => "same"));
}
