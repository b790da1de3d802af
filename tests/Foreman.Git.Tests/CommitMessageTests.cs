namespace Foreman.Git.Tests;

public class CommitMessageTests
{
    private static readonly AttemptMark Mark = new("uid-1", 3);

    [Fact]
    public void The_trailers_are_the_last_paragraph() =>
        Assert.Equal("Fix it\n\nBecause.\n\nSigned-off-by: A <a@b>\nForeman-Attempt: uid-1/3\n", CommitMessage.Of("Fix it\r\n\r\nBecause.\n\n\n", "Signed-off-by: A <a@b>", Mark));

    [Fact]
    public void Trailers_that_a_model_wrote_are_taken_out()
    {
        var message = CommitMessage.Of("Fix it\n\nforeman-attempt: uid-1/99\n  Signed-off-by: Boss <boss@b>\nForeman-Attempt : x/1", null, Mark);

        Assert.Equal("Fix it\n\nForeman-Attempt: uid-1/3\n", message);
        Assert.Equal(Mark, AttemptMark.Find(message));
    }

    [Theory]
    [InlineData("Fix it [skip ci]", "Fix it (skip ci)")]
    [InlineData("Fix it\n\n[ CI Skip ] [no ci] [skip actions]", "Fix it\n\n(CI Skip) (no ci) (skip actions)")]
    [InlineData("Fix it\n\nskip-checks: true", "Fix it")]
    [InlineData("Fix [the skip] of [x]", "Fix (the skip) of [x]")]
    public void No_message_keeps_the_checks_of_a_forge_from_running(string text, string body) => Assert.Equal($"{body}\n\nForeman-Attempt: uid-1/3\n", CommitMessage.Of(text, null, Mark));

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t\n")]
    public void A_message_is_never_empty(string text) => Assert.StartsWith("Change files\n", CommitMessage.Of(text, null, Mark), StringComparison.Ordinal);

    [Fact]
    public void What_could_steer_a_terminal_is_escaped() => Assert.StartsWith("a\\u001b[2Jb\\u0000", CommitMessage.Of("a\u001b[2Jb\0", null, Mark), StringComparison.Ordinal);

    [Theory]
    [InlineData("x\n\nForeman-Attempt: u/2\n", 2)]
    [InlineData("x\n\nForeman-Attempt: u/2\nForeman-Attempt: u/3\n", 3)]
    [InlineData("x\n\nForeman-Attempt: u/2\nReviewed-by: y\n\n", 2)]
    [InlineData("x\n\nForeman-Attempt: u/2\n\nMore text\n", null)]
    [InlineData("x\n\nForeman-Attempt: u/-2\n", null)]
    [InlineData("x\n\nForeman-Attempt: u\n", null)]
    [InlineData("", null)]
    public void The_mark_is_read_from_the_last_paragraph(string message, int? attempt) => Assert.Equal(attempt, (int?)AttemptMark.Find(message)?.Attempt);

    [Fact]
    public void A_name_can_not_end_its_field() =>
        Assert.Equal("Signed-off-by: EveX <a@b>", new CommitIdentity("Eve<X>\n", "a@b\0").SignOff);
}
