using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class IssueAskTests
{
    private const string Title = "add returns the wrong sum";
    private const string Body = "<!-- a template -->\n## What happens\n\nCalling `add(2, 2)` gives **0** where the sum is expected.\nPlease mend the operator in calc.py.\n\n## Version\n\n1.0";

    [Theory]
    [InlineData("Calling add(2, 2) gives 0 where the sum is expected")]
    [InlineData("\"please mend the operator\"")]
    [InlineData("Add returns the wrong sum.")]
    [InlineData("mend the operator because calling add gives the wrong sum")]
    public void A_quotation_is_recognized_whatever_marks_and_cases_were_changed(string claim) => Assert.True(IssueAsk.IsOf(claim, Title, Body));

    [Theory]
    [InlineData("Add a flag that checks the chart against the manifests")]
    [InlineData("Translate the manual into French and Dutch")]
    public void What_the_issue_does_not_say_is_not_what_it_asks_for(string claim) => Assert.False(IssueAsk.IsOf(claim, Title, Body));

    [Theory]
    [InlineData("add")]
    [InlineData("the")]
    [InlineData("")]
    [InlineData("!!!")]
    [InlineData("sum is")]
    [InlineData("wrong operator")]
    [InlineData("mend the bug")]
    public void A_few_words_prove_nothing(string claim) => Assert.Null(IssueAsk.IsOf(claim, Title, Body));

    [Theory]
    [InlineData("请修正加法运算符", true)]
    [InlineData("「请修正加法运算符」", true)]
    [InlineData("加法", null)]
    [InlineData("请把手册翻译成法语和荷兰语", null)]
    [InlineData("请把手册翻译成法语，再翻译成荷兰语，然后发布新版本", null)]
    public void A_quotation_in_a_script_without_spaces_is_recognized_and_nothing_else_is_judged(string claim, bool? isThere) =>
        Assert.Equal(isThere, IssueAsk.IsOf(claim, "加法结果错误", "调用 add(2, 2) 返回 0。\n请修正加法运算符，谢谢。"));

    [Fact]
    public void The_first_paragraph_that_says_something_is_what_is_asked_for()
    {
        Assert.Equal("Calling `add(2, 2)` gives **0** where the sum is expected. Please mend the operator in calc.py.", IssueAsk.Of(Title, Body));
        Assert.Equal(Title, IssueAsk.Of(Title, "## Heading only\n\n```\n"));
        Assert.Equal(Title, IssueAsk.Of(Title, ""));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(IssueAsk.Of(Title, "a b c " + new string('ü', 5000))), 10, IssueAsk.MaxBytes);
    }
}
