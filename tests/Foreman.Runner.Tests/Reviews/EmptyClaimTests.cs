using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class EmptyClaimTests
{
    [Theory]
    [InlineData("The branch has no commits.")]
    [InlineData("REQUEST-CHANGES: no code changes were made")]
    [InlineData("the diff is empty")]
    [InlineData("empty branch")]
    [InlineData("There is nothing to review here")]
    [InlineData("I cannot read the diff")]
    [InlineData("commit history is unreadable")]
    public void The_words_for_an_empty_branch_are_known(string text) => Assert.True(EmptyClaim.IsIn(text));

    [Theory]
    [InlineData("")]
    [InlineData("the list may be empty")]
    [InlineData("cannot read the file when it is locked")]
    public void Findings_about_other_things_are_none(string text) => Assert.False(EmptyClaim.IsIn(text));
}
