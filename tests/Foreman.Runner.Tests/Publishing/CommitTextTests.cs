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
}
