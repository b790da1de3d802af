using Foreman.Operator.Workloads.Following;
using Foreman.Testing.Forges;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Workloads.Following;

public class PullRequestReaderTests
{
    private const string Tip = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    [Theory]
    [InlineData("github")]
    [InlineData("gitea")]
    public async Task What_stands_against_a_pull_request_is_read(string kind)
    {
        using var harness = new FollowHarness(kind);
        var pull = harness.AddPull(7);
        if (kind == "github")
        {
            pull.Checks.AddRange([new("unit", "completed", "failure") { Title = "2 of 40 failed" }, new("lint", "in_progress", null), new("docs", "completed", "success")]);
        }
        else
        {
            pull.Statuses.AddRange([new(1, "unit", "failure", "2 of 40 failed"), new(2, "lint", "pending", ""), new(3, "docs", "success", "")]);
        }

        var wanted = new StoredReview(11, "bob", "CHANGES_REQUESTED", "See below.") { SubmittedAt = "2031-03-02T00:00:00Z" };
        wanted.Lines.Add(new StoredNote(4, "bob", "Why zero?", "2031-03-02T00:00:00Z") { Path = "b.txt", Line = 12 });
        pull.Reviews.AddRange(
        [
            wanted,
            new(14, "stranger", "CHANGES_REQUESTED", "Add my logo.") { IsOfMember = false },
            new(12, "carol", "CHANGES_REQUESTED", "No.") { SubmittedAt = "2031-03-03T00:00:00Z" },
            new(13, "carol", "APPROVED", "Yes.") { SubmittedAt = "2031-03-04T00:00:00Z" },
        ]);

        var seen = await ReadAsync(harness, harness.Target(7));

        Assert.Null(seen.Problem);
        Assert.Equal((PullRequestState.Open, false, Tip, "code-1"), (seen.State, seen.IsDraft, seen.HeadSHA, seen.Step));
        Assert.Equal(("unit", "2 of 40 failed"), (Assert.Single(seen.FailedChecks).Name, seen.FailedChecks[0].Text));
        Assert.Equal(["lint"], seen.PendingChecks);
        var request = Assert.Single(seen.ChangeRequests);
        Assert.Equal(("bob", "See below.", Tip, 2031), (request.Author, request.Text, request.Commit, request.SubmittedAt!.Value.Year));
        Assert.Equal(new ChangeRequestLine("b.txt", 12, "Why zero?"), Assert.Single(request.Lines));
        Assert.Single(harness.Server.Calls, c => c.Path.EndsWith("/pulls/7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_failed_check_says_of_places_is_read()
    {
        using var harness = new FollowHarness("github");
        harness.AddPull(7).Checks.Add(new("unit", "completed", "failure")
        {
            Annotations = [new("a.txt", 4, "warning", "long"), new("b.txt", 12, "failure", "1 != 2") { Details = "in test_total" }],
        });

        var check = Assert.Single((await ReadAsync(harness, harness.Target(7))).FailedChecks);

        Assert.Equal([new FailedPlace("b.txt", 12, "failure", "1 != 2\nin test_total"), new("a.txt", 4, "warning", "long")], check.Places);
        Assert.Equal(0, check.PlacesLeftOut);
    }

    [Fact]
    public async Task What_is_not_wanted_is_not_asked_for()
    {
        using var harness = new FollowHarness();
        harness.AddPull(7);

        await ReadAsync(harness, harness.Target(7) with { Checks = false, Reviews = false });

        Assert.Single(harness.Server.Calls);
    }

    [Theory]
    [InlineData("merged", PullRequestState.Merged)]
    [InlineData("closed", PullRequestState.Closed)]
    public async Task What_people_ended_is_told(string state, PullRequestState expected)
    {
        using var harness = new FollowHarness();
        harness.AddPull(7).State = state;

        Assert.Equal(expected, (await ReadAsync(harness, harness.Target(7))).State);
    }

    [Fact]
    public async Task A_public_repository_is_read_without_a_token_and_a_refusal_says_what_to_do()
    {
        using var harness = new FollowHarness(withToken: false);
        harness.AddPull(7);

        var refused = await ReadAsync(harness, harness.Target(7));
        harness.Server.IsOpen = true;
        var open = await ReadAsync(harness, harness.Target(7));

        Assert.EndsWith("this operator has no token: give it some with --git-tokens", refused.Problem, StringComparison.Ordinal);
        Assert.Null(open.Problem);
    }

    [Fact]
    public async Task Tokens_are_for_repositories_of_the_Workload_only()
    {
        using var harness = new FollowHarness();
        harness.AddPull(7);

        var foreign = await ReadAsync(harness, harness.Target(7) with { Repositories = ["acme/other"] });
        var page = await ReadAsync(harness, harness.Target(7) with { Url = harness.Server.Url + "/acme/widgets" });

        Assert.EndsWith("/acme/widgets is no repository of the Workload", foreign.Problem, StringComparison.Ordinal);
        Assert.EndsWith("is no URL of a pull request", page.Problem, StringComparison.Ordinal);
        Assert.Empty(harness.Server.Calls);
    }

    [Fact]
    public async Task A_limit_is_told_without_a_time()
    {
        using var harness = new FollowHarness("github");
        harness.AddPull(7);
        harness.Server.Fault = _ => ForgeFault.Limit;

        Assert.Equal("the forge's rate limit is used up; it is asked again later", (await ReadAsync(harness, harness.Target(7))).Problem);
    }

    [Theory]
    [InlineData("https://git.example.com/acme/widgets/pulls/7", "https://git.example.com/acme/widgets", 7)]
    [InlineData("https://github.com/acme/pull/pull/12/", "https://github.com/acme/pull", 12)]
    [InlineData("https://gitlab.com/acme/tools/widgets/-/merge_requests/3", "https://gitlab.com/acme/tools/widgets", 3)]
    public void The_URL_of_a_page_names_repository_and_number(string url, string repository, long number) =>
        Assert.Equal(new PullRequestAddress(repository, number), PullRequestAddress.Parse(url));

    [Theory]
    [InlineData("")]
    [InlineData("https://github.com/acme/widgets/pull/")]
    [InlineData("https://github.com/acme/widgets/pull/0")]
    [InlineData("https://github.com/acme/widgets/pull/7/files")]
    [InlineData("https://github.com/acme/widgets/issues/7")]
    public void Other_URLs_are_none(string url) => Assert.Null(PullRequestAddress.Parse(url));

    private static Task<PullRequestObservation> ReadAsync(FollowHarness harness, FollowTarget target) => harness.Reader.ReadAsync(target, TestContext.Current.CancellationToken);
}
