using System.Net;
using System.Text.Json;
using Foreman.Git.Forges;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.Scenarios;

/// <summary>The token goes into one header of requests to its forge, and into nothing else.</summary>
public class TokenCanaryTests
{
    public static TheoryData<ForgeKind> Kinds => ForgeTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_token_is_in_no_error_wait_log_url_or_body(ForgeKind kind)
    {
        var shown = new List<string>();
        using var harness = new ForgeHarness(kind);
        var all = (int[])[400, 401, 403, 404, 409, 422, 429, 500, 503];
        var answers = new Queue<int>(all.SelectMany(s => Enumerable.Repeat(s, s >= 500 ? 4 : 1)));
        harness.Server.Instead = _ => ForgeAnswer.Json(answers.Dequeue(), new System.Text.Json.Nodes.JsonObject
        {
            ["message"] = $"no access for {ForgeHarness.Canary}",
            ["error"] = $"no access for {ForgeHarness.Canary}",
            ["errors"] = new System.Text.Json.Nodes.JsonArray($"and {ForgeHarness.Canary}"),
        });
        while (answers.Count > 0)
        {
            var result = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);
            shown.Add($"{result} {result.Error} {result.Error!.Message}");
        }

        harness.Server.Instead = _ => null;
        harness.Server.Fault = _ => ForgeFault.DropBefore;
        shown.Add((await harness.Forge.ReadIssueAsync(harness.Repository, 42, default)).Error!.Message);
        harness.Server.Fault = _ => ForgeFault.None;
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Labels = ["foreman"] }));
        harness.Server.Dispose();
        shown.Add((await harness.Forge.ReadIssueAsync(harness.Repository, 42, default)).Error!.Message);
        shown.AddRange(harness.Waits.Select(w => w.ToString()));
        shown.AddRange(harness.Logger.Entries.Select(e => $"{e.Message} {e.Exception}"));
        shown.AddRange(harness.Server.Calls.Select(c => $"{c.Path} {string.Join(' ', c.Query)} {c.Body?.ToJsonString(new JsonSerializerOptions())}"));
        shown.Add($"{harness.Forge} {harness.Endpoint} {new GitCredential(ForgeHarness.Canary)}");

        Assert.True(shown.Count > 20);
        Assert.All(shown, text => Assert.DoesNotContain(ForgeHarness.Canary, text, StringComparison.Ordinal));
        Assert.Contains(shown, text => text.Contains("***", StringComparison.Ordinal));
        Assert.All(harness.Server.Calls, c => Assert.Single(c.Headers, h => h.Value.Contains(ForgeHarness.Canary, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_key_or_the_token_in_a_models_words_is_not_published(ForgeKind kind)
    {
        var key = "ghp_" + new string('A', 36);
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddIssue(7, "Counts wrong", "");

        var opened = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal($"It works.\nI found {key}\nand {ForgeHarness.Canary}") with { Title = $"Use {key}" }));
        var changed = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal($"It works now.\nI found {key}")));
        var comment = ForgeHarness.Value(await harness.Forge.CommentAsync(new ForgeThread(harness.Repository, 7, IsPullRequest: false), "uid/1", $"Fine.\n{key}", ForgeHarness.Held, default));

        Assert.Equal((PublishOutcome.Opened, PublishOutcome.Updated), (opened.Outcome, changed.Outcome));
        Assert.Contains("It works now.", Assert.Single(harness.Stored.OpenPulls).Body, StringComparison.Ordinal);
        Assert.StartsWith("Fine.", comment.Body, StringComparison.Ordinal);
        var sent = harness.Server.Calls.Where(c => c.IsWrite).Select(c => c.Body!.ToJsonString(new JsonSerializerOptions())).ToList();
        Assert.True(sent.Count >= 3);
        Assert.All(sent, body => Assert.DoesNotContain(key, body, StringComparison.Ordinal));
        Assert.All(sent, body => Assert.DoesNotContain(ForgeHarness.Canary, body, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Redirects_to_another_host_are_not_followed(ForgeKind kind)
    {
        using var other = new AnsweringServer(_ => "{}");
        using var harness = new ForgeHarness(kind);
        harness.Server.Instead = _ => Redirect($"{other.Url}/elsewhere");

        var result = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);

        Assert.Equal(ForgeErrorKind.Refused, result.Error?.Kind);
        Assert.Contains(other.Url, result.Error?.Message, StringComparison.Ordinal);
        Assert.Empty(other.Targets);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Pages_on_another_host_are_not_read(ForgeKind kind)
    {
        using var other = new AnsweringServer(_ => "[]");
        using var harness = new ForgeHarness(kind);
        harness.Server.Instead = _ => new ForgeAnswer(200, "[]") with { Headers = new Dictionary<string, string> { ["Link"] = $"<{other.Url}/page2>; rel=\"next\"" } };

        var result = await harness.PublishAsync(harness.Proposal());

        Assert.Equal(ForgeErrorKind.Unreadable, result.Error?.Kind);
        Assert.Empty(other.Targets);
        Assert.DoesNotContain(harness.Server.Calls, c => c.IsWrite);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_repository_that_was_renamed_is_followed_within_the_api(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        var root = harness.Endpoint.Api.AbsolutePath;
        var name = kind == ForgeKind.GitLab ? "projects/old%2Fname" : "repos/old/name";
        var now = kind == ForgeKind.GitLab ? "projects/acme%2Ftools%2Fwidgets" : "repos/acme/widgets";
        harness.Server.Instead = c => c.Path.StartsWith(name, StringComparison.Ordinal) ? Redirect($"{root}{now}{c.Path[name.Length..]}") : null;

        var read = ForgeHarness.Value(await harness.Forge.ReadIssueAsync(ForgeRepository.Parse("old/name")!, 42, default));

        Assert.Equal("Counts wrong", read.Title);
    }

    [Fact]
    public async Task A_redirected_write_is_not_sent_as_something_else()
    {
        using var harness = new ForgeHarness(ForgeKind.GitHub);
        harness.Server.Instead = c => c.IsWrite ? Redirect("/api/v3/repos/acme/widgets/pulls") : null;

        var result = await harness.PublishAsync(harness.Proposal());

        Assert.Equal(ForgeErrorKind.Refused, result.Error?.Kind);
        Assert.Empty(harness.Stored.OpenPulls);
    }

    [Fact]
    public void A_token_that_no_header_can_hold_is_refused_without_showing_it()
    {
        var refused = Assert.Throws<GitException>(() => Forge.Create(ForgeEndpoint.GitHubCom, new GitCredential("canary\r\nX: y"), new ForgeOptions(), TimeProvider.System));

        Assert.Equal(GitFault.AuthUnavailable, refused.Fault);
        Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
    }

    private static ForgeAnswer Redirect(string to) =>
        new ForgeAnswer((int)HttpStatusCode.MovedPermanently, "") with { Headers = new Dictionary<string, string> { ["Location"] = to } };
}
