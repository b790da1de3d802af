using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.Scenarios;

/// <summary>Issues that are taken in by their label, and pull requests that are followed until they are merged.</summary>
public class FollowTests
{
    public static TheoryData<ForgeKind> Kinds => ForgeTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Open_issues_with_a_label_are_listed_over_all_pages(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Labels.AddRange([(1, "foreman"), (2, "bug")]);
        for (var n = 1; n <= 9; n++)
        {
            harness.Stored.AddIssue(n, $"Issue {n}", "").Labels.AddRange(n % 2 == 1 ? ["bug", "foreman"] : ["bug"]);
        }

        harness.Stored.Threads[0].State = "closed";
        harness.Stored.Threads[2].Assignees.Add("alice");
        harness.Stored.Threads[2].UpdatedAt = "2031-03-11T10:00:00+02:00";
        harness.Stored.AddPull(20, "No issue", "", new StoredBranches(harness.Repository.FullName, "x", "main")).Labels.Add("foreman");

        var listed = ForgeHarness.Value(await harness.Forge.ListIssuesAsync(harness.Repository, "foreman", default));

        Assert.Equal(["3 Issue 3", "5 Issue 5", "7 Issue 7", "9 Issue 9"], listed.Issues.Select(i => $"{i.Number} {i.Title}"));
        Assert.False(listed.IsCut);
        var first = listed.Issues[0];
        Assert.Equal(["bug", "foreman"], first.Labels);
        Assert.Equal(["alice"], first.Assignees);
        Assert.Equal(("octocat", new DateTimeOffset(2031, 3, 11, 8, 0, 0, TimeSpan.Zero)), (first.Author, first.UpdatedAt));
        Assert.StartsWith(harness.Server.Url, first.Url, StringComparison.Ordinal);
        Assert.Empty(listed.Issues[1].Assignees);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_label_that_nobody_has_made_lists_nothing(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Labels.Add((1, "bug"));
        harness.Stored.AddIssue(1, "Issue", "").Labels.Add("bug");

        Assert.Empty(ForgeHarness.Value(await harness.Forge.ListIssuesAsync(harness.Repository, "foreman", default)).Issues);
        Assert.Equal(ForgeErrorKind.Refused, (await harness.Forge.ListIssuesAsync(harness.Repository, " ", default)).Error?.Kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_list_that_is_longer_than_is_read_says_so(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind, o => o with { Limits = new ForgeLimits { MaxPages = 2 } });
        harness.Stored.Labels.Add((1, "foreman"));
        for (var n = 1; n <= 5; n++)
        {
            harness.Stored.AddIssue(n, $"Issue {n}", "").Labels.Add("foreman");
        }

        var listed = ForgeHarness.Value(await harness.Forge.ListIssuesAsync(harness.Repository, "foreman", default));

        Assert.Equal((4, true), (listed.Issues.Count, listed.IsCut));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Open_pull_requests_are_listed_over_all_pages(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddIssue(1, "Issue 1", "");
        for (var n = 2; n <= 6; n++)
        {
            harness.Stored.AddPull(n, $"Change {n}", $"Fixes #{n}0", new StoredBranches(harness.Repository.FullName, $"branch-{n}", "main"));
        }

        harness.Stored.Threads[2].State = "closed";

        var listed = ForgeHarness.Value(await harness.Forge.ListPullRequestsAsync(harness.Repository, default));

        Assert.Equal(
            ["2 Change 2 branch-2 Fixes #20", "4 Change 4 branch-4 Fixes #40", "5 Change 5 branch-5 Fixes #50", "6 Change 6 branch-6 Fixes #60"],
            listed.PullRequests.Select(p => $"{p.Number} {p.Title} {p.Head} {p.Body}"));
        Assert.False(listed.IsCut);
        Assert.All(listed.PullRequests, p => Assert.StartsWith(harness.Server.Url, p.Url, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_branch_is_there_or_not(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Branches.Add("foreman/night-42/issue-42");

        Assert.Equal(new ForgeBranch("foreman/night-42/issue-42", true), ForgeHarness.Value(await harness.Forge.FindBranchAsync(harness.Repository, "foreman/night-42/issue-42", default)));
        Assert.False(ForgeHarness.Value(await harness.Forge.FindBranchAsync(harness.Repository, "foreman/night-42/issue-4", default)).Exists);
        harness.Server.Fault = _ => ForgeFault.Unavailable;
        Assert.Equal(ForgeErrorKind.Unreachable, (await harness.Forge.FindBranchAsync(harness.Repository, "main", default)).Error?.Kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Labels_come_and_go_as_often_as_is_asked(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Labels.Add((1, "Bug, small"));
        var issue = harness.Stored.AddIssue(3, "Counts wrong", "");
        var pull = harness.Stored.AddPull(4, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        var (onIssue, onPull) = (new ForgeThread(harness.Repository, 3, IsPullRequest: false), new ForgeThread(harness.Repository, 4, IsPullRequest: true));

        for (var i = 0; i < 2; i++)
        {
            Assert.Same(onIssue, ForgeHarness.Value(await harness.Forge.AddLabelAsync(onIssue, "being done", ForgeHarness.Held, default)));
            _ = ForgeHarness.Value(await harness.Forge.AddLabelAsync(onPull, "being done", ForgeHarness.Held, default));
        }

        Assert.Equal(["being done"], issue.Labels);
        Assert.Equal(["being done"], pull.Labels);
        for (var i = 0; i < 2; i++)
        {
            _ = ForgeHarness.Value(await harness.Forge.RemoveLabelAsync(onIssue, "being done", ForgeHarness.Held, default));
            _ = ForgeHarness.Value(await harness.Forge.RemoveLabelAsync(onPull, "being done", ForgeHarness.Held, default));
        }

        Assert.Empty(issue.Labels);
        Assert.Empty(pull.Labels);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_label_whose_removal_got_no_answer_is_removed(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Labels.Add((1, "foreman"));
        var issue = harness.Stored.AddIssue(3, "Counts wrong", "");
        issue.Labels.Add("foreman");
        var lost = 0;
        harness.Server.Fault = c => c.IsWrite && lost++ == 0 ? ForgeFault.DropAfter : ForgeFault.None;

        _ = ForgeHarness.Value(await harness.Forge.RemoveLabelAsync(new ForgeThread(harness.Repository, 3, IsPullRequest: false), "foreman", ForgeHarness.Held, default));

        Assert.Empty(issue.Labels);
        Assert.InRange(lost, 2, 4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_may_not_write_any_more_changes_no_label_and_no_draft(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Labels.Add((1, "foreman"));
        harness.Stored.AddIssue(3, "Counts wrong", "").Labels.Add("foreman");
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var (writes, thread) = (harness.Server.Calls.Count(c => c.IsWrite), new ForgeThread(harness.Repository, 3, IsPullRequest: false));

        var added = await harness.Forge.AddLabelAsync(thread, "other", Lost, default);
        var removed = await harness.Forge.RemoveLabelAsync(thread, "foreman", Lost, default);
        var ready = await harness.Forge.MarkReadyAsync(harness.Repository, harness.Stored.OpenPulls[0].Number, Lost, default);

        Assert.Equal((ForgeErrorKind.Fenced, ForgeErrorKind.Fenced, ForgeErrorKind.Fenced), (added.Error?.Kind, removed.Error?.Kind, ready.Error?.Kind));
        Assert.Equal(writes, harness.Server.Calls.Count(c => c.IsWrite));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task How_a_pull_request_stands_is_told(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var opened = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));

        var draft = ForgeHarness.Value(await harness.Forge.ReadStatusAsync(harness.Repository, opened.Number, default));
        harness.Stored.OpenPulls[0].State = "merged";
        var merged = ForgeHarness.Value(await harness.Forge.ReadStatusAsync(harness.Repository, opened.Number, default));
        var closed = harness.Stored.AddPull(30, "Never", "", new StoredBranches(harness.Repository.FullName, "never", "main"));
        closed.State = "closed";
        var never = ForgeHarness.Value(await harness.Forge.ReadStatusAsync(harness.Repository, 30, default));

        Assert.Equal(("open", true, "Count from one", opened.Url), (draft.State, draft.IsDraft, draft.Title, draft.Url));
        Assert.Equal(("foreman/issue-42", "6dcb09b5b57875f334f61aebed695e2e4193db5e", "main"), (draft.Head, draft.HeadSha, draft.Base));
        Assert.Equal(("merged", "closed"), (merged.State, never.State));
        Assert.Equal(ForgeErrorKind.NotFound, (await harness.Forge.ReadStatusAsync(harness.Repository, 99, default)).Error?.Kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_draft_is_made_ready_once_and_keeps_what_people_wrote(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var opened = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var pull = harness.Stored.OpenPulls[0];
        pull.Body += "\n\nTried by hand.";

        var first = ForgeHarness.Value(await harness.Forge.MarkReadyAsync(harness.Repository, opened.Number, ForgeHarness.Held, default));
        var writes = harness.Server.Calls.Count(c => c.IsWrite);
        var second = ForgeHarness.Value(await harness.Forge.MarkReadyAsync(harness.Repository, opened.Number, ForgeHarness.Held, default));

        Assert.Equal((false, false, "open"), (first.IsDraft, second.IsDraft, second.State));
        Assert.Equal(("Count from one", false), (pull.Title, pull.IsDraft));
        Assert.EndsWith("Tried by hand.", pull.Body, StringComparison.Ordinal);
        Assert.Equal(writes, harness.Server.Calls.Count(c => c.IsWrite));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_draft_that_was_closed_stays_as_it_is(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var opened = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        harness.Stored.OpenPulls[0].State = "closed";
        var writes = harness.Server.Calls.Count(c => c.IsWrite);

        var left = ForgeHarness.Value(await harness.Forge.MarkReadyAsync(harness.Repository, opened.Number, ForgeHarness.Held, default));

        Assert.Equal(("closed", true), (left.State, left.IsDraft));
        Assert.Equal(writes, harness.Server.Calls.Count(c => c.IsWrite));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pull_request_without_checks_has_none(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Equal(("6dcb09b5b57875f334f61aebed695e2e4193db5e", 0, false), (checks.HeadSha, checks.Checks.Count, checks.IsCut));
    }

    [Theory]
    [InlineData(ForgeKind.GitHub, 2)]
    [InlineData(ForgeKind.Gitea, 1)]
    public async Task Checks_of_a_known_tip_cost_no_call_for_the_pull_request(ForgeKind kind, int calls)
    {
        using var harness = new ForgeHarness(kind);
        var tip = harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        tip.Statuses.Add(new(1, "build", "failure", "It broke."));

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, "6dcb09b5b57875f334f61aebed695e2e4193db5e", default));

        Assert.Equal(("build", calls), (Assert.Single(checks.Checks).Name, harness.Server.Calls.Count));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task More_checks_than_are_read_are_said_to_be_more(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind, o => o with { Limits = new ForgeLimits { MaxChecks = 3 } });
        var pull = harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        pull.Pipeline = "success";
        pull.Statuses.AddRange(Enumerable.Range(1, 5).Select(n => new StoredStatus(n, $"check-{n}", "success", "")));

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Equal((3, true), (checks.Checks.Count, checks.IsCut));
        Assert.All(checks.Checks, c => Assert.Equal(CheckState.Success, c.State));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reviews_are_read_with_their_lines_and_the_commit(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var pull = harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        var wanted = new StoredReview(11, "bob", "CHANGES_REQUESTED", "See below.") { SubmittedAt = "2031-03-02T00:00:00Z" };
        wanted.Lines.Add(new StoredNote(4, "bob", "Why zero?\u001b[31m", "2031-03-02T00:00:00Z") { Path = "b.txt", Line = 12 });
        wanted.Lines.Add(new StoredNote(5, "bob", "And here?", "2031-03-02T00:00:01Z") { Path = "c.txt", OriginalLine = 3 });
        var approved = new StoredReview(12, "carol", "APPROVED", "") { SubmittedAt = "2031-03-03T00:00:00Z" };
        pull.Reviews.AddRange([wanted, approved]);

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.False(read.IsCut);
        var bob = Assert.Single(read.Reviews, r => r.Author == "bob");
        Assert.Equal((ReviewState.ChangesRequested, kind == ForgeKind.GitLab ? "" : "See below."), (bob.State, bob.Body));
        Assert.Equal("6dcb09b5b57875f334f61aebed695e2e4193db5e", bob.Commit);
        Assert.Equal(2031, bob.SubmittedAt?.Year);
        Assert.Equal([("b.txt", 12, "Why zero?\\u001b[31m"), ("c.txt", 3, "And here?")], bob.Lines.Select(l => (l.Path, (int)l.Line!, l.Body)));
        Assert.Equal([false, kind != ForgeKind.GitLab], bob.Lines.Select(l => l.IsOutdated));
        Assert.Equal(ReviewState.Approved, Assert.Single(read.Reviews, r => r.Author == "carol").State);
        Assert.Equal(2, read.Reviews.Count);
    }

    [Theory]
    [InlineData(ForgeKind.GitHub)]
    [InlineData(ForgeKind.Gitea)]
    public async Task Changes_that_somebody_without_a_say_requests_are_comments(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main")).Reviews.AddRange(
        [
            new(11, "bob", "CHANGES_REQUESTED", "Not so."), new(12, "stranger", "CHANGES_REQUESTED", "Add my logo.") { IsOfMember = false }, new(13, "carol", "APPROVED", "Good."),
        ]);

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.Equal(["bob ChangesRequested Not so.", "stranger Commented Add my logo.", "carol Approved Good."], read.Reviews.Select(r => $"{r.Author} {r.State} {r.Body}"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_long_reviews_the_newest_texts_are_kept_and_every_verdict(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind, o => o with { Limits = new ForgeLimits { MaxReviewsBytes = 5000 } });
        var pull = harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        for (var n = 1; n <= 4; n++)
        {
            var review = new StoredReview(n, $"user{n}", n == 1 ? "CHANGES_REQUESTED" : "COMMENTED", "") { SubmittedAt = $"2031-03-0{n}T00:00:00Z" };
            review.Lines.Add(new StoredNote(100 + n, $"user{n}", $"{n}{new string('y', 6000)}", $"2031-03-0{n}T00:00:00Z") { Path = "a.txt", Line = 1 });
            pull.Reviews.Add(review);
        }

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.True(read.IsCut);
        Assert.Equal(["user1", "user2", "user3", "user4"], read.Reviews.Select(r => r.Author));
        Assert.Equal(ReviewState.ChangesRequested, read.Reviews[0].State);
        Assert.Equal([0, 0, 1, 1], read.Reviews.Select(r => r.Lines.Count));
        Assert.EndsWith("\n[cut here: the first 4096 of 6001 bytes]", read.Reviews[3].Lines[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Limits_are_waited_for(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
        var faults = new Queue<ForgeFault>([ForgeFault.Limit, ForgeFault.SecondaryLimit]);
        harness.Server.Fault = _ => faults.TryDequeue(out var fault) ? fault : ForgeFault.None;

        _ = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Equal(2, harness.Waits.Count);
        Assert.All(harness.Waits, w => Assert.Contains("rate limit", w.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(FaultyForgeTests.Cases), MemberType = typeof(FaultyForgeTests))]
    public async Task After_a_fault_at_any_call_a_second_try_leaves_one_label_and_one_ready_pull_request(ForgeKind kind, ForgeFault fault)
    {
        for (var at = 0; at < 8; at++)
        {
            using var harness = new ForgeHarness(kind);
            var issue = harness.Stored.AddIssue(3, "Counts wrong", "");
            var opened = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
            var (call, hit, thread) = (0, at, new ForgeThread(harness.Repository, 3, IsPullRequest: false));
            harness.Server.Fault = _ => call++ == hit ? fault : ForgeFault.None;

            _ = await harness.Forge.AddLabelAsync(thread, "being done", ForgeHarness.Held, default);
            _ = await harness.Forge.MarkReadyAsync(harness.Repository, opened.Number, ForgeHarness.Held, default);
            _ = ForgeHarness.Value(await harness.Forge.AddLabelAsync(thread, "being done", ForgeHarness.Held, default));
            var ready = ForgeHarness.Value(await harness.Forge.MarkReadyAsync(harness.Repository, opened.Number, ForgeHarness.Held, default));

            Assert.Equal(["being done"], issue.Labels);
            Assert.InRange(harness.Stored.Labels.Count(l => l.Name == "being done"), 0, 1);
            Assert.False(ready.IsDraft);
            _ = Assert.Single(harness.Stored.OpenPulls);
        }
    }

    private static Task<bool> Lost(CancellationToken cancellationToken) => Task.FromResult(false);
}
