using Foreman.Runner.Publishing;

namespace Foreman.Runner.Tests.Publishing;

public sealed class CommitTextTests
{
    [Theory]
    [InlineData("Make it so\n\nBecause.", "s", null, "Make it so\n\nBecause.")]
    [InlineData("  ", "Did it", null, "Did it")]
    [InlineData(null, "", null, "Change files")]
    [InlineData("Make it so", "s", 42, "Make it so\n\nFixes #42")]
    [InlineData("Make it so (#42)", "s", 42, "Make it so (#42)")]
    [InlineData("Make it so (#421)", "s", 42, "Make it so (#421)\n\nFixes #42")]
    [InlineData("Subject\nbody at once", "s", null, "Subject\n\nbody at once")]
    public void A_message_has_a_subject_a_body_and_its_issue(string? message, string summary, int? issue, string text) =>
        Assert.Equal(text, CommitText.Of(message, summary, issue));

    [Fact]
    public void A_long_subject_is_broken_at_a_word()
    {
        var text = CommitText.Of(string.Join(' ', Enumerable.Repeat("words", 30)), "", null);

        Assert.InRange(text.IndexOf('\n', StringComparison.Ordinal), 20, 72);
        Assert.Equal(30, text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Unfinished_work_ends_no_issue_when_it_is_merged()
    {
        Assert.Equal("WIP: keep the work of t, whose checks fail\n\nFor a person to finish: test failed\n\nRefs #42", CommitText.Unfinished("t", 42, ["test"]));
        Assert.EndsWith("lint, test failed", CommitText.Unfinished("t", null, ["lint", "test"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fixes #42", true)]
    [InlineData("It closes: #42.", true)]
    [InlineData("Resolved\t#42", true)]
    [InlineData("fix #41, fix #42", true)]
    [InlineData("Fixes #421", false)]
    [InlineData("prefix #42", false)]
    [InlineData("see #42", false)]
    [InlineData("Fixes #99999999999999999999", false)]
    public void What_closes_an_issue_is_known(string text, bool closes) => Assert.Equal(closes, CommitText.Closes(text, 42));
}
