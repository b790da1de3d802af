using Foreman.Git.Forges;

namespace Foreman.Git.Tests.Forges;

public class PullRequestTemplatesTests
{
    [Theory]
    [InlineData(ForgeKind.GitHub, ".github/PULL_REQUEST_TEMPLATE.md")]
    [InlineData(ForgeKind.Gitea, ".gitea/pull_request_template.md")]
    [InlineData(ForgeKind.GitLab, ".gitlab/merge_request_templates/Default.md")]
    public void Each_forge_has_its_own_places(ForgeKind kind, string expected)
    {
        string[] tree =
        [
            "README.md", "docs/pull_request_template.md", "pull_request_template.md", ".github/PULL_REQUEST_TEMPLATE.md", ".gitea/pull_request_template.md",
            ".gitlab/merge_request_templates/Bug.md", ".gitlab/merge_request_templates/Default.md", "src/pull_request_template.md",
        ];

        Assert.Equal(expected, PullRequestTemplates.Find(kind, tree));
    }

    [Fact]
    public void There_need_be_none() => Assert.Null(PullRequestTemplates.Find(ForgeKind.GitHub, ["README.md", ".github/ISSUE_TEMPLATE/bug.md"]));
}
