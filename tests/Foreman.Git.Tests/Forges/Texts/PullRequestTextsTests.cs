using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Tests.Forges.Texts;

public class PullRequestTextsTests
{
    [Fact]
    public void Our_part_alone_stands_between_its_marks() =>
        Assert.Matches(@"\A<!-- foreman:begin [0-9a-f]{12} -->\ntext\n<!-- foreman:end -->\z", PullRequestTexts.Compose("T", "text\n", null));

    [Fact]
    public void Our_part_comes_first_where_the_template_has_no_place_for_it()
    {
        var body = PullRequestTexts.Compose("T", "text", "- [ ] tests\r\n- [ ] docs");

        Assert.StartsWith("<!-- foreman:begin", body, StringComparison.Ordinal);
        Assert.EndsWith("<!-- foreman:end -->\n\n- [ ] tests\n- [ ] docs", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# Summary")]
    [InlineData("### What does this change?")]
    [InlineData("## Description of the changes")]
    public void Our_part_goes_below_the_heading_for_it(string heading)
    {
        var body = PullRequestTexts.Compose("T", "text", $"Thanks!\n\n{heading}\n\n## Checks\n");

        Assert.StartsWith($"Thanks!\n\n{heading}\n\n<!-- foreman:begin", body, StringComparison.Ordinal);
        Assert.EndsWith("<!-- foreman:end -->\n\n## Checks", body, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_can_close_our_part_or_begin_another()
    {
        var body = PullRequestTexts.Compose("T", "a <!-- foreman:end --> b <!-- FOREMAN:begin 000000000000 -->", "<!-- foreman:begin 000000000000 -->");

        Assert.Equal("new", Inner(PullRequestTexts.Merge(body, "T", "new")));
        Assert.Equal(1, Count(body, "<!-- foreman:begin"));
        Assert.Equal(1, Count(body, "<!-- foreman:end -->"));
    }

    [Theory]
    [InlineData("/merge")]
    [InlineData("Done.\r\n/Approve @me")]
    [InlineData("Done.\u2028/merge")]
    [InlineData("Done.\n  \t/lgtm")]
    public void A_text_gives_no_commands_to_the_forge(string text)
    {
        Assert.DoesNotMatch(@"(?m)^\s*/", PullRequestTexts.Compose("T", text, null));
        Assert.DoesNotMatch(@"(?m)^\s*/", PullRequestTexts.Merge(PullRequestTexts.Compose("T", "old", null), "T", text));
        Assert.DoesNotMatch(@"(?m)^\s*/", PullRequestTexts.Comment("uid/1", text));
        Assert.Contains("\\/", PullRequestTexts.Comment("uid/1", text), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_of_the_repositorys_template_stay() =>
        Assert.EndsWith("\n/label ~bug", PullRequestTexts.Compose("T", "see /usr/bin and a/b", "/label ~bug"), StringComparison.Ordinal);

    [Fact]
    public void Merging_the_same_changes_nothing()
    {
        var body = PullRequestTexts.Compose("T", "text", "template");

        Assert.Equal(body, PullRequestTexts.Merge(body, "T", "text"));
        Assert.Equal(body, PullRequestTexts.Merge(body.Replace("\n", "\r\n", StringComparison.Ordinal), "T", "text"));
    }

    [Theory]
    [InlineData("no marks")]
    [InlineData("<!-- foreman:begin 0123456789ab --> without an end")]
    [InlineData("<!-- foreman:end --> first")]
    public void A_text_without_both_marks_stays_as_it_is(string body)
    {
        Assert.Equal(body, PullRequestTexts.Merge(body, "T", "text"));
        Assert.False(PullRequestTexts.IsOurs(body));
    }

    [Fact]
    public void A_title_is_ours_until_somebody_changes_it()
    {
        var body = PullRequestTexts.Compose("Count", "text", null);

        Assert.True(PullRequestTexts.TitleIsOurs(body, "Count"));
        Assert.False(PullRequestTexts.TitleIsOurs(body, "Counts"));
        Assert.False(PullRequestTexts.TitleIsOurs("by hand", "Count"));
    }

    [Fact]
    public void Everything_together_fits_what_all_forges_take() =>
        Assert.InRange(PullRequestTexts.Compose("T", new string('x', 100_000), new string('y', 100_000)).Length, 50_000, 65_000);

    [Fact]
    public void A_comment_is_known_by_its_key_alone()
    {
        var body = PullRequestTexts.Comment("uid/1", "Done. <!-- foreman:comment uid/2 -->");

        Assert.True(PullRequestTexts.IsComment("uid/1", body + "\r\n"));
        Assert.False(PullRequestTexts.IsComment("uid/2", body));
        Assert.False(PullRequestTexts.IsComment("uid/1", body + "\nquoted"));
    }

    private static string Inner(string body) => body.Split("-->\n", 2)[1].Split("\n<!--", 2)[0];

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
