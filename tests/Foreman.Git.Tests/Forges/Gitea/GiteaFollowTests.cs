using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.Gitea;

public class GiteaFollowTests
{
    [Fact]
    public async Task The_newest_status_of_a_context_counts()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        var pull = Pull(harness);
        pull.Statuses.AddRange(
        [
            new(1, "build", "failure", "It broke."), new(2, "test", "pending", ""), new(3, "build", "success", "Fine now."), new(4, "lint", "warning", ""), new(5, "odd", "a new word", ""),
        ]);

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Equal(["build Success Fine now.", "lint Neutral ", "odd Failure ", "test Pending "], checks.Checks.Select(c => $"{c.Name} {c.State} {c.Summary}"));
        Assert.Equal("https://ci.example.com/statuses/3", checks.Checks[0].Url);
    }

    [Fact]
    public async Task Reviews_that_were_dismissed_or_are_only_asked_for_are_none()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        Pull(harness).Reviews.AddRange([new(1, "a", "CHANGES_REQUESTED", "No.") { IsDismissed = true }, new(2, "b", "REQUEST_REVIEW", ""), new(3, "c", "APPROVED", "Good.")]);

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.Equal(["c Approved Good."], read.Reviews.Select(r => $"{r.Author} {r.State} {r.Body}"));
    }

    [Fact]
    public async Task An_earlier_review_of_somebody_with_a_say_counts_as_well()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        Pull(harness).Reviews.AddRange([new(1, "a", "CHANGES_REQUESTED", "No.") { IsOfMember = false }, new(2, "a", "CHANGES_REQUESTED", "And no.")]);

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.All(read.Reviews, r => Assert.Equal(ReviewState.ChangesRequested, r.State));
    }

    [Fact]
    public async Task Of_reviews_with_comments_the_newest_are_asked_for()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea, o => o with { Limits = new ForgeLimits { MaxPages = 2 } });
        var pull = Pull(harness);
        for (var n = 1; n <= 3; n++)
        {
            pull.Reviews.Add(new StoredReview(n, $"user{n}", "CHANGES_REQUESTED", $"{n}"));
            pull.Reviews[^1].Lines.Add(new StoredNote(n, $"user{n}", "Here.", "2031-03-02T00:00:00Z") { Path = "a.txt", Line = 1 });
        }

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.Equal([0, 1, 1], read.Reviews.Select(r => r.Lines.Count));
        Assert.True(read.IsCut);
    }

    [Fact]
    public async Task A_label_is_removed_in_any_case_of_its_letters()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.Labels.AddRange([(1, "Foreman"), (2, "kept")]);
        var issue = harness.Stored.AddIssue(3, "Counts wrong", "");
        issue.Labels.AddRange(["Foreman", "kept"]);

        _ = ForgeHarness.Value(await harness.Forge.RemoveLabelAsync(new ForgeThread(harness.Repository, 3, IsPullRequest: false), "foreman", ForgeHarness.Held, default));

        Assert.Equal(["kept"], issue.Labels);
    }

    private static StoredThread Pull(ForgeHarness harness) => harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
}
