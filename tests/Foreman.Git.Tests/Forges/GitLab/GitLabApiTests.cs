using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.GitLab;

public class GitLabApiTests
{
    [Fact]
    public async Task Pages_are_found_by_their_number_where_links_are_missing()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        ((GitLabServer)harness.Server).SendsLinks = false;
        var issue = harness.Stored.AddIssue(42, "Counts wrong", "");
        issue.Comments.AddRange(Enumerable.Range(1, 5).Select(n => new StoredNote(n, "user", $"{n}", $"2031-03-0{n}T00:00:00Z")));

        var read = ForgeHarness.Value(await harness.Forge.ReadIssueAsync(harness.Repository, 42, default));

        Assert.Equal(["1", "2", "3", "4", "5"], read.Comments.Shown.Select(c => c.Body));
    }

    [Fact]
    public async Task Issues_and_merge_requests_have_numbers_of_their_own()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        var issue = harness.Stored.AddIssue(3, "Issue", "");
        var request = harness.Stored.AddPull(3, "Request", "", new StoredBranches(harness.Repository.FullName, "x", "main"));

        _ = ForgeHarness.Value(await harness.Forge.CommentAsync(new ForgeThread(harness.Repository, 3, IsPullRequest: true), "k", "to the request", ForgeHarness.Held, default));
        _ = ForgeHarness.Value(await harness.Forge.CommentAsync(new ForgeThread(harness.Repository, 3, IsPullRequest: false), "k", "to the issue", ForgeHarness.Held, default));

        Assert.StartsWith("to the request", Assert.Single(request.Comments).Body, StringComparison.Ordinal);
        Assert.StartsWith("to the issue", Assert.Single(issue.Comments).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_public_is_read_without_a_token_and_its_comments_are_counted()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        ((GitLabServer)harness.Server).IsPublic = true;
        var issue = harness.Stored.AddIssue(42, "Counts wrong", "From zero.");
        issue.Comments.AddRange([new StoredNote(1, "user", "Me too.", "2031-03-01T00:00:00Z"), new StoredNote(2, "user", "closed", "2031-03-02T00:00:00Z") { IsSystem = true }]);
        harness.Stored.AddPull(7, "Count from one", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        using var anonymous = Forge.Create(harness.Endpoint, null, new ForgeOptions { CallLimit = TimeSpan.FromDays(1) }, harness.Clock);

        var read = ForgeHarness.Value(await anonymous.ReadIssueAsync(harness.Repository, 42, default));
        var pull = ForgeHarness.Value(await anonymous.ReadPullRequestAsync(harness.Repository, 7, default));

        Assert.Equal(("From zero.", 0, 1), (read.Body, read.Comments.Shown.Count, read.Comments.LeftOut));
        Assert.Equal("Count from one", pull.Title);
    }

    [Fact]
    public async Task A_label_with_a_comma_is_one_label()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);

        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Labels = ["a,b"] }));

        Assert.Equal(["a b"], harness.Stored.OpenPulls[0].Labels);
    }
}
