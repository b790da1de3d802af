using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges;

public class ForgeTests
{
    public static TheoryData<ForgeKind> Kinds => [ForgeKind.GitHub, ForgeKind.Gitea, ForgeKind.GitLab];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_issue_is_read_with_all_pages_of_its_comments(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var issue = harness.Stored.AddIssue(42, "Counts wrong", "It counts from zero.\r\nIt should not.");
        harness.Stored.Labels.Add((7, "bug"));
        issue.Labels.Add("bug");
        issue.Comments.AddRange(Enumerable.Range(1, 5).Select(n => new StoredNote(n, $"user{n}", $"Comment {n}.", $"2031-03-0{n}T00:00:00Z")));

        var read = ForgeHarness.Value(await harness.Forge.ReadIssueAsync(harness.Repository, 42, default));

        Assert.Equal((42, "Counts wrong", "It counts from zero.\nIt should not.", "open", "octocat"), (read.Number, read.Title, read.Body, read.State, read.Author));
        Assert.Equal(["bug"], read.Labels);
        Assert.StartsWith(harness.Server.Url, read.Url, StringComparison.Ordinal);
        Assert.Equal(["Comment 1.", "Comment 2.", "Comment 3.", "Comment 4.", "Comment 5."], read.Comments.Shown.Select(c => c.Body));
        Assert.Equal(["user1", "user2", "user3", "user4", "user5"], read.Comments.Shown.Select(c => c.Author));
        Assert.Equal((0, false), (read.Comments.LeftOut, read.IsPullRequest));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Long_texts_are_cut_and_say_so(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var issue = harness.Stored.AddIssue(42, "Long", new string('x', 20_000) + "\u001b[31m");
        issue.Comments.AddRange(Enumerable.Range(1, 9).Select(n => new StoredNote(n, "user", $"{n}{new string('y', 6000)}", $"2031-03-0{n}T00:00:00Z")));

        var read = ForgeHarness.Value(await harness.Forge.ReadIssueAsync(harness.Repository, 42, default));

        Assert.Equal($"{new string('x', 16 << 10)}\n[cut here: the first 16384 of 20010 bytes]", read.Body);
        Assert.Equal(["7", "8", "9"], read.Comments.Shown.Select(c => c.Body[..1]));
        Assert.All(read.Comments.Shown, c => Assert.EndsWith("\n[cut here: the first 4096 of 6001 bytes]", c.Body, StringComparison.Ordinal));
        Assert.Equal(6, read.Comments.LeftOut);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pull_request_is_read_with_files_diff_comments_and_reviews(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        AddReviewed(harness);

        var read = ForgeHarness.Value(await harness.Forge.ReadPullRequestAsync(harness.Repository, 7, default));

        Assert.Equal(("Add a count", "Adds it.", "open", "octocat"), (read.Title, read.Body, read.State, read.Author));
        Assert.Equal(("feature/count", "6dcb09b5b57875f334f61aebed695e2e4193db5e", "main"), (read.Head, read.HeadSha, read.Base));
        Assert.Equal("c5b97d5ae6c19d5c5df71a34c7fbeeda2479ccbc", read.BaseSha);
        Assert.Equal((false, false, harness.Repository.FullName), (read.IsDraft, read.IsFromFork, read.HeadRepository));
        Assert.Equal(["a.txt:added", "b.txt:modified", "c.txt:removed", "new.txt:renamed", "e.txt:modified"], read.Files.Select(f => $"{f.Path}:{f.Status}"));
        Assert.Equal("old.txt", read.Files[3].PreviousPath);
        Assert.Equal(kind == ForgeKind.GitLab ? null : 3L, read.Files[0].Additions);
        Assert.Contains("+new of b.txt", read.Diff, StringComparison.Ordinal);
        Assert.Equal(["Nice.", "Why zero?", "Please."], read.Comments.Shown.Select(c => c.Body));
        Assert.Equal([(null, null), ("b.txt", 12L), (null, null)], read.Comments.Shown.Select(c => (c.Path, c.Line)));
        Assert.Contains(new ForgeReview("carol", "approved", kind == ForgeKind.GitLab ? "" : "Good."), read.Reviews);
        Assert.Equal(kind == ForgeKind.GitLab ? 1 : 3, read.Reviews.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Diffs_and_lists_of_files_stay_within_their_bounds(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind, o => o with { Limits = new ForgeLimits { MaxDiffBytes = 300, MaxFiles = 3 } });
        AddReviewed(harness).Diff = new string('d', 1000);

        var read = ForgeHarness.Value(await harness.Forge.ReadPullRequestAsync(harness.Repository, 7, default));

        Assert.Equal((3, true), (read.Files.Count, read.FilesAreCut));
        Assert.InRange(read.Diff.Length, 1, 400);
        Assert.EndsWith("[cut here: the first 300 of more bytes]", read.Diff, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pull_request_from_a_fork_says_so(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddPull(7, "Draft: wip", "", new StoredBranches(harness.Fork.FullName, "fix", "main")).State = "merged";

        var read = ForgeHarness.Value(await harness.Forge.ReadPullRequestAsync(harness.Repository, 7, default));

        Assert.Equal(("merged", true), (read.State, read.IsFromFork));
        Assert.Equal(kind == ForgeKind.GitLab ? null : "someone/widgets", read.HeadRepository);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_open_pull_request_of_a_branch_is_found_behind_others(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        for (var n = 1; n <= 7; n++)
        {
            harness.Stored.AddPull(n, $"Other {n}", "", new StoredBranches(harness.Repository.FullName, $"other-{n}", "main"));
        }

        harness.Stored.AddPull(8, "Closed", "", new StoredBranches(harness.Repository.FullName, "fix", "main")).State = "closed";
        harness.Stored.AddPull(9, "Other base", "", new StoredBranches(harness.Repository.FullName, "fix", "next"));
        harness.Stored.AddPull(10, "Of a fork", "", new StoredBranches(harness.Fork.FullName, "fix", "main"));
        harness.Stored.AddPull(11, "It", "", new StoredBranches(harness.Repository.FullName, "fix", "main"));

        var fix = harness.Proposal() with { Head = "fix", LeavesAsFound = true };
        var own = ForgeHarness.Value(await harness.PublishAsync(fix));
        var fork = ForgeHarness.Value(await harness.PublishAsync(fix with { Fork = harness.Fork }));
        var none = ForgeHarness.Value(await harness.PublishAsync(fix with { Base = "third" }));

        Assert.Equal((11, PublishOutcome.Unchanged), (own.Number, own.Outcome));
        Assert.Equal((10, PublishOutcome.Unchanged), (fork.Number, fork.Outcome));
        Assert.Equal((12, PublishOutcome.Opened), (none.Number, none.Outcome));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_comment_with_a_key_is_written_once_and_then_changed(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var issue = harness.Stored.AddIssue(42, "Counts wrong", "");
        issue.Comments.AddRange(Enumerable.Range(1, 3).Select(n => new StoredNote(n, "user", "Me too.", "2031-03-01T00:00:00Z")));
        var thread = new ForgeThread(harness.Repository, 42, IsPullRequest: false);

        _ = ForgeHarness.Value(await harness.Forge.CommentAsync(thread, "uid/1", "Working on it.", ForgeHarness.Held, default));
        _ = ForgeHarness.Value(await harness.Forge.CommentAsync(thread, "uid/1", "Working on it.", ForgeHarness.Held, default));
        var writes = harness.Server.Calls.Count(c => c.IsWrite);
        _ = ForgeHarness.Value(await harness.Forge.CommentAsync(thread, "uid/1", "Done.", ForgeHarness.Held, default));
        _ = ForgeHarness.Value(await harness.Forge.CommentAsync(thread, "uid/2", "Again.", ForgeHarness.Held, default));

        Assert.Equal(1, writes);
        Assert.Equal(["Me too.", "Me too.", "Me too.", "Done.\n\n<!-- foreman:comment uid/1 -->", "Again.\n\n<!-- foreman:comment uid/2 -->"], issue.Comments.Select(c => c.Body));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Missing_things_and_refused_tokens_are_named_errors(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        using var stranger = new ForgeHarness(kind, token: "another");
        stranger.Stored.AddIssue(1, "There", "");

        var issue = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);
        var repository = await harness.Forge.ReadPullRequestAsync(ForgeRepository.Parse("no/where")!, 1, default);
        var refused = await stranger.Forge.ReadIssueAsync(stranger.Repository, 1, default);

        Assert.Equal((ForgeErrorKind.NotFound, ForgeErrorKind.NotFound, ForgeErrorKind.Unauthorized), (issue.Error?.Kind, repository.Error?.Kind, refused.Error?.Kind));
        Assert.Contains("Bad credentials", refused.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_below_groups_are_known_to_gitlab_only()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);

        var result = await harness.Forge.ReadIssueAsync(ForgeRepository.Parse("a/b/c")!, 1, default);

        Assert.Equal(ForgeErrorKind.NotFound, result.Error?.Kind);
        Assert.Empty(harness.Server.Calls);
    }

    [Fact]
    public void A_pull_request_of_ours_that_somebody_turned_to_another_base_is_still_the_one()
    {
        var ours = Open(5, "next", PullRequestBody());
        var others = Open(3, "next", "not ours");

        Assert.Equal(5, Forge.Choose([others, ours], "main")?.Number);
        Assert.Null(Forge.Choose([others], "main"));
        Assert.Equal(2, Forge.Choose([ours, Open(4, "main", ""), Open(2, "main", "")], "main")?.Number);
    }

    private static string PullRequestBody() => Foreman.Git.Forges.Texts.PullRequestTexts.Compose("T", "text", null);

    private static FoundPullRequest Open(long number, string baseBranch, string body) =>
        new(number, "https://forge/1") { Title = "T", Body = body, IsDraft = false, Base = baseBranch };

    private static StoredThread AddReviewed(ForgeHarness harness)
    {
        var pull = harness.Stored.AddPull(7, "Add a count", "Adds it.", new StoredBranches(harness.Repository.FullName, "feature/count", "main"));
        pull.Files.AddRange(
        [
            new("a.txt", "added", 3, 0), new("b.txt", "modified", 1, 1), new("c.txt", "removed", 0, 9), new("new.txt", "renamed", 0, 0) { PreviousPath = "old.txt" }, new("e.txt", "modified", 2, 2),
        ]);
        pull.Diff = "diff --git a/b.txt b/b.txt\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-old of b.txt\n+new of b.txt\n";
        pull.Comments.Add(new StoredNote(1, "alice", "Nice.", "2031-03-01T00:00:00Z"));
        pull.Comments.Add(new StoredNote(2, "root", "changed the title", "2031-03-01T12:00:00Z") { IsSystem = true });
        pull.Comments.Add(new StoredNote(3, "alice", "Please.", "2031-03-03T00:00:00Z"));
        if (harness.Endpoint.Kind != ForgeKind.GitLab)
        {
            pull.Comments.RemoveAt(1);
        }

        pull.Reviews.Add(new StoredReview(11, "bob", "CHANGES_REQUESTED", "See below."));
        pull.Reviews[0].Lines.Add(new StoredNote(4, "bob", "Why zero?", "2031-03-02T00:00:00Z") { Path = "b.txt", Line = 12 });
        pull.Reviews.Add(new StoredReview(12, "carol", "APPROVED", "Good."));
        pull.Reviews.Add(new StoredReview(13, "dan", "COMMENTED", ""));
        return pull;
    }
}
