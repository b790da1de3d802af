namespace Foreman.Workloads.Tests.Intake;

public class OpenPullRequestTests
{
    [Theory]
    [InlineData("x", "Fixes #42", "", true)]
    [InlineData("x", "", "This closes: #42.", true)]
    [InlineData("x", "", "It resolved acme/shop#42, at last", true)]
    [InlineData("x", "", "Closes https://git.example.com/acme/shop/issues/42", true)]
    [InlineData("x", "", "Closes https://git.example.com/acme/shop/-/issues/42", true)]
    [InlineData("x", "", "Implements issue #42", true)]
    [InlineData("foreman/night/issue-42", "", "", true)]
    [InlineData("issue-42-esc", "", "", true)]
    [InlineData("x", "Fixes #421", "", false)]
    [InlineData("x", "", "See #42", false)]
    [InlineData("x", "", "prefixes #42", false)]
    [InlineData("x", "", "Fixes other/shop#42", false)]
    [InlineData("x", "", "Closes https://git.example.com/acme/other/issues/42", false)]
    [InlineData("foreman/night/issue-421", "", "", false)]
    [InlineData("tissue-42", "", "", false)]
    [InlineData("issue-42/more", "", "", false)]
    public void It_is_about_an_issue_by_its_branch_or_by_words_that_close_issues(string head, string title, string body, bool isAbout) =>
        Assert.Equal(isAbout, new OpenPullRequest(50, head, title, body).IsAbout(42, "acme/shop"));
}
