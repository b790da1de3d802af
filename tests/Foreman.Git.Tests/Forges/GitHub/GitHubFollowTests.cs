using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.GitHub;

public class GitHubFollowTests
{
    [Fact]
    public async Task Check_runs_and_commit_statuses_are_checks_alike()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        var pull = Pull(harness);
        pull.Checks.AddRange(
        [
            new("build", "completed", "success"), new("test", "completed", "failure") { Title = "2 failed", Summary = "a, b" }, new("slow", "in_progress", null),
            new("docs", "completed", "skipped"), new("late", "completed", "timed_out"), new("odd", "completed", "a new word"),
        ]);
        pull.Statuses.AddRange(
        [
            new(1, "ci/old", "pending", ""), new(2, "ci/old", "success", "Fine."), new(3, "ci/error", "error", new string('x', 5000)),
        ]);

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Equal(
            [
                "build Success", "test Failure", "slow Pending", "docs Neutral", "late Failure", "odd Failure",
                "ci/old Success", "ci/error Failure",
            ],
            checks.Checks.Select(c => $"{c.Name} {c.State}"));
        Assert.Equal(["success", "2 failed\n\na, b", "", "skipped", "timed_out", "a new word", "Fine."], checks.Checks.Take(7).Select(c => c.Summary));
        Assert.StartsWith(new string('x', 4096) + "\n[cut here", checks.Checks[7].Summary, StringComparison.Ordinal);
        Assert.Equal(("https://ci.example.com/runs/test", "https://ci.example.com/statuses/2"), (checks.Checks[1].Url, checks.Checks[6].Url));
        Assert.False(checks.IsCut);
    }

    [Fact]
    public async Task What_failed_checks_say_of_places_is_read_within_bounds_failures_first()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        Pull(harness).Checks.AddRange(
        [
            new("unit", "completed", "failure")
            {
                Annotations =
                [
                    new("a.py", 1, "notice", "n"), new("b.py", 2, "warning", "w"), new("c.py", 3, "failure", "one\u001b[2Jtwo") { Details = "Traceback\nline 2" },
                    .. Enumerable.Range(10, 30).Select(n => new StoredAnnotation("d.py", n, "failure", "again")),
                ],
            },
            new("long", "completed", "failure") { Annotations = [new("e.py", 1, "failure", new string('x', 5000)), new("e.py", 2, "failure", "y")] },
            new("fine", "completed", "success") { Annotations = [new("f.py", 1, "warning", "w")] },
            new("bare", "completed", "failure"),
        ]);

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default)).Checks;

        Assert.Equal([20, 1, 0, 0], checks.Select(c => c.Annotations.Count));
        Assert.Equal([13, 1, 0, 0], checks.Select(c => c.AnnotationsLeftOut));
        var first = checks[0].Annotations[0];
        Assert.Equal(("c.py", 3, "failure", "Traceback\nline 2"), (first.Path, first.Line, first.Level, first.Details));
        Assert.DoesNotContain('\u001b', first.Message);
        Assert.All(checks[0].Annotations, a => Assert.Equal("failure", a.Level));
        Assert.StartsWith(new string('x', 4096) + "\n[cut here", checks[1].Annotations[0].Message, StringComparison.Ordinal);
        Assert.Equal(2, harness.Server.Calls.Select(c => c.Path).Where(p => p.EndsWith("/annotations", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public async Task Of_many_failed_checks_those_of_some_are_read_once_and_of_none_while_one_is_pending()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        var pull = Pull(harness);
        pull.Checks.AddRange(Enumerable.Range(1, 8).Select(n => new StoredCheck($"c{n}", "completed", "failure") { Annotations = [new("a.py", n, "failure", "x")] }));
        pull.Statuses.Add(new(1, "slow", "pending", ""));

        Assert.All(await ReadAsync(), c => Assert.Empty(c.Annotations));

        pull.Statuses.Clear();
        Assert.Equal([1, 1, 1, 1, 1, 0, 0, 0], (await ReadAsync()).Select(c => c.Annotations.Count));
        Assert.Equal([1, 1, 1, 1, 1, 0, 0, 0], (await ReadAsync()).Select(c => c.Annotations.Count));
        Assert.Equal(5, harness.Server.Calls.Count(c => c.Path.EndsWith("/annotations", StringComparison.Ordinal)));

        async Task<IReadOnlyList<ForgeCheck>> ReadAsync() => ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default)).Checks;
    }

    [Theory]
    [InlineData(403, null)]
    [InlineData(404, null)]
    [InlineData(401, ForgeErrorKind.Unauthorized)]
    [InlineData(502, ForgeErrorKind.Unreachable)]
    public async Task Annotations_that_may_not_be_read_leave_the_failure_as_it_is(int status, ForgeErrorKind? error)
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        Pull(harness).Checks.Add(new("unit", "completed", "failure") { Title = "2 failed", Annotations = [new("a.py", 1, "failure", "x")] });
        harness.Server.Instead = c => c.Path.EndsWith("/annotations", StringComparison.Ordinal) ? ForgeAnswer.Error(status, "Resource not accessible") : null;

        var read = await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default);

        Assert.Equal(error, read.Error?.Kind);
        if (error is null)
        {
            var check = Assert.Single(read.Value!.Checks);
            Assert.Equal(("2 failed", 0, 1), (check.Summary, check.Annotations.Count, check.AnnotationsLeftOut));
        }
    }

    [Fact]
    public async Task Reviews_that_were_dismissed_or_say_nothing_are_none()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        Pull(harness).Reviews.AddRange([new(1, "a", "DISMISSED", "No."), new(2, "b", "PENDING", "Not yet."), new(3, "c", "COMMENTED", ""), new(4, "d", "COMMENTED", "Hm.")]);

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.Equal(["d Commented Hm."], read.Reviews.Select(r => $"{r.Author} {r.State} {r.Body}"));
    }

    [Fact]
    public async Task Where_there_are_no_drafts_our_mark_leaves_the_title_and_a_persons_stays()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Stored.HasDrafts = false;
        var opened = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var byHand = Pull(harness);
        byHand.Title = "WIP: by hand";

        _ = ForgeHarness.Value(await harness.Forge.MarkReadyAsync(harness.Repository, opened.Number, ForgeHarness.Held, default));
        _ = ForgeHarness.Value(await harness.Forge.MarkReadyAsync(harness.Repository, 7, ForgeHarness.Held, default));

        Assert.Equal("Count from one", harness.Stored.Threads.Single(t => t.Number == opened.Number).Title);
        Assert.Equal("WIP: by hand", byHand.Title);
    }

    [Fact]
    public async Task A_label_on_what_is_not_there_is_not_found()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);

        var removed = await harness.Forge.RemoveLabelAsync(new ForgeThread(harness.Repository, 99, IsPullRequest: false), "foreman", ForgeHarness.Held, default);

        Assert.Equal(ForgeErrorKind.NotFound, removed.Error?.Kind);
    }

    private static StoredThread Pull(ForgeHarness harness) => harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
}
