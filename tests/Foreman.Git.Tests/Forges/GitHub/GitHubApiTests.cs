using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.GitHub;

public class GitHubApiTests
{
    [Fact]
    public async Task Where_there_are_no_drafts_the_title_says_it_and_is_mended_later()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Stored.HasDrafts = false;

        var first = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var title = harness.Stored.OpenPulls[0].Title;
        var second = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var verified = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal("Verified.")));

        Assert.Equal(("WIP: Count from one", false), (title, first.IsDraft));
        Assert.Contains("could not be made a draft", Assert.Single(first.Warnings), StringComparison.Ordinal);
        Assert.False(second.IsDraft);
        Assert.Equal(("Count from one", 0), (Assert.Single(harness.Stored.OpenPulls).Title, verified.Warnings.Count));
    }

    [Fact]
    public async Task A_mark_of_a_draft_that_a_person_wrote_stays()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        harness.Stored.OpenPulls[0].Title = "WIP: hold on";

        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal("More.")));

        Assert.Equal("WIP: hold on", harness.Stored.OpenPulls[0].Title);
    }

    [Fact]
    public async Task A_fork_of_the_same_owner_is_named_whole()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        _ = harness.Server.Store.Add("acme/widgets-copy");

        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Fork = ForgeRepository.Parse("acme/widgets-copy") }));

        Assert.Equal("acme/widgets-copy", Assert.Single(harness.Stored.OpenPulls).Branches!.HeadRepository);
    }

    [Fact]
    public async Task A_diff_that_github_does_not_make_is_said()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Stored.AddPull(7, "Big", "", new StoredBranches(harness.Repository.FullName, "big", "main"));
        harness.Server.Instead = c => c.Headers["Accept"].EndsWith("diff", StringComparison.Ordinal)
            ? ForgeAnswer.Error(406, "Sorry, the diff exceeded the maximum number of lines (20000)")
            : null;

        var read = ForgeHarness.Value(await harness.Forge.ReadPullRequestAsync(harness.Repository, 7, default));

        Assert.StartsWith("[no diff: ", read.Diff, StringComparison.Ordinal);
        Assert.Contains("maximum number of lines", read.Diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_request_read_as_an_issue_says_so()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Stored.AddPull(7, "A change", "", new StoredBranches(harness.Repository.FullName, "x", "main")).Author = null;

        var read = ForgeHarness.Value(await harness.Forge.ReadIssueAsync(harness.Repository, 7, default));

        Assert.Equal((true, "", ""), (read.IsPullRequest, read.Author, read.Body));
    }

    [Fact]
    public async Task A_refusal_for_other_reasons_is_told_in_its_words()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Server.Instead = c => c.IsWrite ? ForgeAnswer.Error(422, "No commits between main and foreman/issue-42") : null;

        var result = await harness.PublishAsync(harness.Proposal());

        Assert.Equal(ForgeErrorKind.Refused, result.Error?.Kind);
        Assert.Contains("No commits between", result.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(1, harness.Server.Calls.Count(c => c.IsWrite));
    }
}
