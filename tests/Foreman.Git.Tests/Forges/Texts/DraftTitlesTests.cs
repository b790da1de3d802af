using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Tests.Forges.Texts;

public class DraftTitlesTests
{
    [Theory]
    [InlineData("WIP: Count", "Count")]
    [InlineData("[WIP] Count", "Count")]
    [InlineData("draft: WIP: Count", "Count")]
    [InlineData("(Draft) Count", "Count")]
    public void Marks_of_drafts_are_known_and_taken_off(string title, string plain)
    {
        Assert.True(DraftTitles.IsDraft(title));
        Assert.Equal(plain, DraftTitles.Plain(title));
    }

    [Theory]
    [InlineData("Draft a letter")]
    [InlineData("Wipe the disk")]
    [InlineData("Fix WIP: marks")]
    public void Other_titles_are_left_alone(string title)
    {
        Assert.False(DraftTitles.IsDraft(title));
        Assert.Equal(title, DraftTitles.Plain(title));
    }

    [Fact]
    public void A_title_is_one_short_line_and_never_empty()
    {
        Assert.Equal("a b", DraftTitles.Clean(" a\nb "));
        Assert.Equal("Changes", DraftTitles.Clean("\r\n"));
        Assert.InRange(DraftTitles.Clean(new string('x', 400)).Length, 250, 251);
    }
}
