using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.GitLab;

public class GitLabFollowTests
{
    [Fact]
    public async Task Jobs_of_the_pipeline_are_checks()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        var pull = Pull(harness);
        pull.Pipeline = "failed";
        pull.Statuses.AddRange(
        [
            new(1, "build", "success", ""), new(2, "test", "failed", "script_failure"), new(3, "flaky", "failed", "script_failure") { MayFail = true },
            new(4, "deploy", "manual", "") { MayFail = true }, new(5, "release", "manual", ""), new(6, "later", "created", ""), new(7, "old", "canceled", ""), new(8, "docs", "skipped", ""),
        ]);

        var checks = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Equal(
            ["build Success", "deploy Neutral", "docs Neutral", "flaky Neutral", "later Pending", "old Failure", "release Pending", "test Failure"],
            checks.Checks.Select(c => $"{c.Name} {c.State}").Order(StringComparer.Ordinal));
        Assert.Equal(("script_failure", "https://ci.example.com/jobs/2"), checks.Checks.Where(c => c.Name == "test").Select(c => (c.Summary, c.Url)).Single());
    }

    [Theory]
    [InlineData("failed", CheckState.Failure)]
    [InlineData("running", CheckState.Pending)]
    public async Task A_pipeline_without_jobs_speaks_for_itself(string state, CheckState expected)
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        Pull(harness).Pipeline = state;

        var check = Assert.Single(ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default)).Checks);

        Assert.Equal(("pipeline", expected, state), (check.Name, check.State, check.Summary));
    }

    [Fact]
    public async Task A_pipeline_of_an_earlier_commit_counts_for_nothing_and_one_over_the_merge_does()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        var pull = Pull(harness);
        (pull.Pipeline, pull.PipelineSha) = ("success", "1111111111111111111111111111111111111111");
        pull.Statuses.Add(new StoredStatus(1, "build", "success", ""));

        var earlier = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));
        pull.PipelineRef = "refs/merge-requests/7/merge";
        var merge = ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default));

        Assert.Empty(earlier.Checks);
        Assert.Equal("build", Assert.Single(merge.Checks).Name);
    }

    [Fact]
    public async Task The_pipeline_of_a_fork_is_read_there()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        var pull = harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Fork.FullName, "x", "main"));
        pull.Pipeline = "success";
        pull.Statuses.Add(new StoredStatus(1, "build", "success", ""));

        Assert.Equal("build", Assert.Single(ForgeHarness.Value(await harness.Forge.ReadChecksAsync(harness.Repository, 7, tip: null, default)).Checks).Name);
    }

    [Fact]
    public async Task What_a_reviewer_wrote_on_the_whole_is_the_text_of_the_review_and_talk_of_others_is_none()
    {
        using var harness = new ForgeHarness(ForgeKind.GitLab);
        var pull = Pull(harness);
        pull.Reviews.AddRange([new(1, "bob", "CHANGES_REQUESTED", ""), new(2, "carol", "COMMENTED", ""), new(3, "erin", "UNREVIEWED", "")]);
        pull.Comments.AddRange(
        [
            new(4, "bob", "First.", "2031-03-01T00:00:00Z"), new(5, "bob", "Please count from one.", "2031-03-02T00:00:00Z"), new(6, "dan", "Me too.", "2031-03-03T00:00:00Z"),
            new(7, "bob", "requested changes", "2031-03-04T00:00:00Z") { IsSystem = true },
        ]);
        pull.Reviews[2].Lines.Add(new StoredNote(8, "erin", "Here.", "2031-03-05T00:00:00Z") { Path = "a.txt", Line = 1 });

        var read = ForgeHarness.Value(await harness.Forge.ReadReviewsAsync(harness.Repository, 7, default));

        Assert.Equal(
            ["carol Commented  0", "bob ChangesRequested Please count from one. 0", "erin Commented  1"],
            read.Reviews.Select(r => $"{r.Author} {r.State} {r.Body} {r.Lines.Count}"));
    }

    private static StoredThread Pull(ForgeHarness harness) => harness.Stored.AddPull(7, "Count right", "", new StoredBranches(harness.Repository.FullName, "x", "main"));
}
