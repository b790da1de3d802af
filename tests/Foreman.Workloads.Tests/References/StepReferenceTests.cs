using Foreman.Api;

namespace Foreman.Workloads.Tests.References;

public sealed class StepReferenceTests
{
    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("", "")]
    [InlineData("${steps.a.branch}", "[a branch ]")]
    [InlineData("x ${steps.a.summary} y", "'x '[a summary ]' y'")]
    [InlineData("${steps.a.verdict}${steps.b.commitSHA}", "[a verdict ][b commitSHA ]")]
    [InlineData("${steps.0.output.size}", "[0 output size]")]
    [InlineData("${steps.a.output.a.b c}", "[a output a.b c]")]
    [InlineData("$${steps.a.branch}", "'${steps.a.branch}'")]
    [InlineData("$$${steps.a.branch}", "'$${steps.a.branch}'")]
    [InlineData("$${steps.${steps.a.branch}", "'${steps.'[a branch ]")]
    [InlineData("${env.HOME} $steps {steps.a} $", "'${env.HOME} $steps {steps.a} $'")]
    [InlineData("${STEPS.a.branch}", "'${STEPS.a.branch}'")]
    public void A_text_is_literals_and_references(string text, string expected) => Assert.Equal(
        expected,
        string.Concat(ReferenceText.Parse(text).Select(p => p.Reference is { } r ? $"[{r.Step} {r.Field} {r.Key}]" : $"'{p.Literal}'")));

    [Theory]
    [InlineData("${steps.a.branch")]
    [InlineData("${steps.}")]
    [InlineData("${steps.a}")]
    [InlineData("${steps.a.}")]
    [InlineData("${steps..branch}")]
    [InlineData("${steps.a.branch.x}")]
    [InlineData("${steps.a.output}")]
    [InlineData("${steps.a.output.}")]
    [InlineData("${steps.a.Branch}")]
    [InlineData("${steps.${steps.a.branch}}")]
    public void What_is_no_reference_is_refused(string text)
    {
        var refused = Assert.Throws<ReferenceException>(() => ReferenceText.Parse(text));

        Assert.EndsWith("write $${steps. for the text itself", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_has_a_longest_length() => Assert.Throws<ReferenceException>(() => ReferenceText.Parse($"${{steps.a.output.{new string('k', 512)}}}"));

    [Fact]
    public void What_is_refused_is_shown_in_part() =>
        Assert.InRange(Assert.Throws<ReferenceException>(() => ReferenceText.Parse("${steps." + new string('x', 400) + "}")).Message.Length, 80, 300);

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("${step.a}", true)]
    [InlineData("${steps.a.branch}", false)]
    [InlineData("$${steps.", false)]
    public void A_plain_text_has_neither_references_nor_escapes(string? text, bool plain) => Assert.Equal(plain, ReferenceText.IsPlain(text));

    [Theory]
    [InlineData("summary", "", "All done.")]
    [InlineData("verdict", "", "GO")]
    [InlineData("branch", "", "foreman/a")]
    [InlineData("commitSHA", "", "c0ffee")]
    [InlineData("output", "text", "plain ${steps.b.branch}")]
    [InlineData("output", "count", "3")]
    [InlineData("output", "flag", "true")]
    [InlineData("output", "list", """[1,"x"]""")]
    [InlineData("output", "a.b", "dotted")]
    public void A_value_is_put_in_as_it_is(string field, string key, string expected) => Assert.Equal(expected, ReferenceValues.Of(new("a", field, key), Source()));

    [Theory]
    [InlineData("output", "missing", "${steps.a.output.missing} has no value: its outputs are text, count, flag, list, a.b, nothing")]
    [InlineData("output", "nothing", "${steps.a.output.nothing} has no value: its outputs are text, count, flag, list, a.b, nothing")]
    public void A_missing_output_is_told_with_those_that_there_are(string field, string key, string message) =>
        Assert.Equal(message, Assert.Throws<ReferenceException>(() => ReferenceValues.Of(new("a", field, key), Source())).Message);

    [Theory]
    [InlineData("branch", "${steps.a.branch} has no value: that step made no branch")]
    [InlineData("commitSHA", "${steps.a.commitSHA} has no value: that step made no commit")]
    [InlineData("output", "${steps.a.output.k} has no value: that step gave no outputs")]
    public void What_a_step_did_not_give_is_told(string field, string message) => Assert.Equal(
        message,
        Assert.Throws<ReferenceException>(() => ReferenceValues.Of(new("a", field, field == StepReference.Output ? "k" : ""), new StepResult(StepState.Succeeded))).Message);

    [Fact]
    public void A_step_without_a_verdict_has_an_empty_one() => Assert.Equal("", ReferenceValues.Of(new("a", "verdict", ""), new StepResult(StepState.NotTaken)));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${steps.a.branch} $${steps.a.branch} ${steps.b.output.a.b}", "${steps.x.branch} $${steps.a.branch} ${steps.b.output.a.b}")]
    public void References_are_about_other_steps_after_a_renaming(string text, string expected) =>
        Assert.Equal(expected, ReferenceText.Rename(text, s => s == "a" ? "x" : s));

    [Fact]
    public void An_escaped_text_stands_for_itself() => Assert.Equal(
        "a ${steps.b.branch} ${steps.", string.Concat(ReferenceText.Parse(ReferenceText.Escape("a ${steps.b.branch} ${steps.")).Select(p => p.Literal)));

    private static StepResult Source() => StepResult.Of(Given.Child("w", "a").Ended(RunEnd.Go with
    {
        Summary = "All done.",
        Branch = "foreman/a",
        CommitSHA = "c0ffee",
        Extra = Given.Json("""{"outputs":{"text":"plain ${steps.b.branch}","count":3,"flag":true,"list":[1,"x"],"a.b":"dotted","nothing":null}}"""),
    }));
}
