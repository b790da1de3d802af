using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Tools.Tests.Forges;

public sealed class FetchPullRequestToolTests
{
    [Fact]
    public void A_pull_request_is_shown_with_files_reviews_comments_and_diff()
    {
        using var server = new GiteaServer(FetchIssueToolTests.Canary, TimeProvider.System);
        var endpoint = ForgeEndpoint.Parse("forgejo", server.Url);
        var broker = new CredentialBroker(new Dictionary<string, GitCredential> { [endpoint.Host] = new(FetchIssueToolTests.Canary) });
        using var access = new ForgeAccess(new ForgeTable(endpoint), new AddressRules(endpoint.Web), broker, new ForgeOptions(), TimeProvider.System);
        using var tools = new ToolHarness(settings: new ToolSettings(TimeSpan.FromSeconds(30)) { Forges = access });
        _ = server.Store.Add("someone/widgets");
        var pull = server.Store.Add("acme/widgets").AddPull(7, "WIP: Count right", "Fixes it.", new StoredBranches("someone/widgets", "fix", "main"));
        pull.Files.AddRange([new StoredFile("a.txt", "modified", 1, 2), new StoredFile("new.txt", "renamed", 0, 0) { PreviousPath = "old.txt" }]);
        pull.Diff = "diff --git a/a.txt b/a.txt\n+count\n";
        pull.Comments.Add(new StoredNote(1, "alice", "Nice.", "2031-03-01T00:00:00Z"));
        pull.Reviews.Add(new StoredReview(2, "bob", "CHANGES_REQUESTED", "Not yet."));
        pull.Reviews[0].Lines.Add(new StoredNote(3, "bob", "Why?", "2031-03-02T00:00:00Z") { Path = "a.txt", Line = 4 });

        var outcome = tools.Call("fetch_pull_request", """{"repo":"acme/widgets","number":7}""");

        Assert.False(outcome.IsError, outcome.Text);
        Assert.Matches(
            @"\n<<<data ([0-9a-f]{12})\ntitle: WIP: Count right\nstate: open, draft\nauthor: octocat\nfrom: fix of someone/widgets at 6dcb09b5b57875f334f61aebed695e2e4193db5e\ninto: main\n\nFixes it\.\n\n"
            + @"files \(2\):\n  modified a\.txt \+1 -2\n  renamed new\.txt \(was old\.txt\) \+0 -0\n\nreview by bob: changes requested\nNot yet\.\n\n"
            + @"comment by alice, 2031-03-01T00:00:00Z:\nNice\.\n\ncomment by bob on a\.txt:4, 2031-03-02T00:00:00Z:\nWhy\?\n\ndiff:\ndiff --git a/a\.txt b/a\.txt\n\+count\ndata \1>>>\z",
            outcome.Text);
        server.Verify();
    }

    [Fact]
    public void A_host_that_reads_from_no_forge_says_so()
    {
        using var tools = new ToolHarness();

        Assert.Contains("reads from no forge", tools.Call("fetch_pull_request", """{"repo":"acme/widgets","number":7}""").Text, StringComparison.Ordinal);
    }
}
