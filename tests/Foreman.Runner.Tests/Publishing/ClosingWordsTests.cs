using Foreman.Git;
using Foreman.Runner.Publishing;

namespace Foreman.Runner.Tests.Publishing;

public sealed class ClosingWordsTests
{
    private static readonly RepositoryAddress Repository = RepositoryAddress.Parse("https://git.example.com/acme/widgets.git", AddressRules.Default);

    [Theory]
    [InlineData("Fixes #7", "Fixes `#7`")]
    [InlineData("it CLOSED: #7.", "it CLOSED: `#7`.")]
    [InlineData("closes other/repo#5", "closes `other/repo#5`")]
    [InlineData("Closes a/b/c#5", "Closes `a/b/c#5`")]
    [InlineData("resolves https://github.com/other/repo/issues/5", "resolves `https://github.com/other/repo/issues/5`")]
    [InlineData("Fix https://gitlab.com/a/b/-/work_items/5?x=1", "Fix `https://gitlab.com/a/b/-/work_items/5`?x=1")]
    [InlineData("Closing issue #7", "Closing issue `#7`")]
    [InlineData("Implements #7", "Implements `#7`")]
    [InlineData("reopens #7", "reopens `#7`")]
    [InlineData("fixes GH-7", "fixes `GH-7`")]
    [InlineData("fixes !7", "fixes `!7`")]
    [InlineData("Fixes #7, #8 and #9", "Fixes `#7`, `#8` and `#9`")]
    [InlineData("Fixes #42, #7 and acme/other#42", "Fixes #42, `#7` and `acme/other#42`")]
    [InlineData("Closes **#7**", "Closes **`#7`**")]
    [InlineData("fixes\n#7", "fixes\n`#7`")]
    [InlineData("Fixes #421", "Fixes `#421`")]
    [InlineData("Fixes #4", "Fixes `#4`")]
    [InlineData("fixes https://elsewhere.example.com/acme/widgets/issues/42", "fixes `https://elsewhere.example.com/acme/widgets/issues/42`")]
    public void References_to_other_issues_become_code(string text, string quoted)
    {
        Assert.Equal(quoted, ClosingWords.Quoted(text, 42, Repository));
        Assert.Equal(quoted, ClosingWords.Quoted(quoted, 42, Repository));
    }

    [Theory]
    [InlineData("Fixes #42.")]
    [InlineData("closes Acme/Widgets#42")]
    [InlineData("Resolved: https://git.example.com/acme/widgets/issues/42")]
    [InlineData("See #7, other/repo#5 and https://github.com/other/repo/issues/5.")]
    [InlineData("A prefix #7 and the suffixes #8")]
    [InlineData("It fixes the count, see #7")]
    [InlineData("fix: count from one (7 places)")]
    public void The_tasks_own_issue_and_mere_mentions_stay(string text) => Assert.Equal(text, ClosingWords.Quoted(text, 42, Repository));

    [Fact]
    public void A_task_without_an_issue_closes_none()
    {
        Assert.Equal("Fixes `#42`", ClosingWords.Quoted("Fixes #42", null, Repository));
        Assert.Equal("Fixes `acme/widgets#42`", ClosingWords.Quoted("Fixes acme/widgets#42", 42, null));
        Assert.Equal("Fixes #42", ClosingWords.Quoted("Fixes #42", 42, null));
    }
}
