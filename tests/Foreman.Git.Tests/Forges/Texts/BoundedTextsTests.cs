using System.Text;
using Foreman.Git.Forges;
using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Tests.Forges.Texts;

public class BoundedTextsTests
{
    [Fact]
    public void A_text_that_fits_stays_as_it_is() => Assert.Equal("a\nb", BoundedTexts.Cut("a\r\nb", 10));

    [Fact]
    public void A_long_text_is_cut_between_characters() => Assert.Equal("éé\n[cut here: the first 5 of 8 bytes]", BoundedTexts.Cut("éééé", 5));

    [Fact]
    public void What_steers_terminals_is_escaped() => Assert.Equal("a\\u001b[31m\\u202e\tb", BoundedTexts.Cut("a\u001b[31m\u202e\tb", 100));

    [Fact]
    public void A_diff_of_which_more_was_there_says_so()
    {
        Assert.Equal("+abc\n[cut here: the first 4 of more bytes]", BoundedTexts.CutDiff(Encoding.UTF8.GetBytes("+abc"), isCut: true, 4));
        Assert.Equal("+abc", BoundedTexts.CutDiff(Encoding.UTF8.GetBytes("+abc"), isCut: false, 4));
    }

    [Fact]
    public void The_newest_comments_are_kept_and_one_at_least()
    {
        var limits = new ForgeLimits { MaxCommentBytes = 300, MaxCommentsBytes = 256 };
        ForgeComment[] all = [new("a", "old", "1"), new("b", new string('x', 300), "2"), new("c", "new", "3")];

        Assert.Equal(["new"], BoundedTexts.Newest(all, limits).Shown.Select(c => c.Body));
        Assert.Equal(2, BoundedTexts.Newest(all, limits).LeftOut);
        Assert.Equal(new string('x', 300), Assert.Single(BoundedTexts.Newest(all[..2], limits).Shown).Body);
    }
}
