using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges;

public class ForgeAccessTests
{
    [Fact]
    public async Task Repositories_are_read_by_name_and_by_url()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        harness.Stored.AddPull(7, "Count right", "", new StoredBranches("acme/widgets", "x", "main"));
        using var access = AccessTo(harness, Brokers(harness));

        var issue = await access.ReadIssueAsync("acme/widgets", 42, default);
        var pull = await access.ReadPullRequestAsync($"{harness.Server.Url}/acme/widgets.git", 7, default);

        Assert.Equal(("Counts wrong", "Count right"), (ForgeHarness.Value(issue).Title, ForgeHarness.Value(pull).Title));
    }

    [Theory]
    [InlineData("widgets")]
    [InlineData("/srv/widgets")]
    [InlineData("git@github.com:acme/widgets")]
    [InlineData("https://elsewhere.example.com/acme/widgets")]
    public async Task What_lies_on_no_forge_is_refused(string repository)
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        using var access = AccessTo(harness, Brokers(harness));

        Assert.Equal(ForgeErrorKind.Refused, (await access.ReadIssueAsync(repository, 1, default)).Error?.Kind);
        Assert.Empty(harness.Server.Calls);
    }

    [Fact]
    public async Task A_token_that_was_renewed_is_used_from_the_next_call_on()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        var broker = new Changing { Now = new GitCredential("old") };
        using var access = AccessTo(harness, broker);

        var old = await access.ReadIssueAsync("acme/widgets", 42, default);
        broker.Now = new GitCredential(ForgeHarness.Canary);
        var renewed = await access.ReadIssueAsync("acme/widgets", 42, default);

        Assert.Equal(ForgeErrorKind.Unauthorized, old.Error?.Kind);
        Assert.Null(renewed.Error);
    }

    [Fact]
    public async Task Tools_of_a_task_read_its_own_repository_with_the_token_and_others_without_one()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        harness.Server.Store.Add("acme/private").AddIssue(1, "A secret of somebody else", "");
        using var access = AccessTo(harness, Brokers(harness));
        var tools = access.ForTask($"{harness.Server.Url}/Acme/Widgets.git");

        var own = await tools.ReadIssueAsync("acme/widgets", 42, default);
        var issue = await tools.ReadIssueAsync("acme/private", 1, default);
        var pull = await tools.ReadPullRequestAsync($"{harness.Server.Url}/acme/private", 1, default);

        Assert.Null(own.Error);
        Assert.Equal((ForgeErrorKind.Unauthorized, ForgeErrorKind.Unauthorized), (issue.Error?.Kind, pull.Error?.Kind));
        Assert.EndsWith("it is not the task's own repository, so it was read without a token", issue.Error!.Message, StringComparison.Ordinal);
        Assert.All(harness.Server.Calls.Where(c => c.Path.Contains("private", StringComparison.Ordinal)), c => Assert.False(c.Headers.ContainsKey("Authorization")));
        Assert.Null((await access.ReadIssueAsync("acme/private", 1, default)).Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/srv/widgets")]
    [InlineData("widgets")]
    [InlineData("https://elsewhere.example.com/acme/widgets")]
    [InlineData("acme/widgets-2")]
    public async Task A_task_on_no_repository_of_a_forge_has_no_token(string? repository)
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        using var access = AccessTo(harness, Brokers(harness));

        Assert.Equal(ForgeErrorKind.Unauthorized, (await access.ForTask(repository).ReadIssueAsync("acme/widgets", 42, default)).Error?.Kind);
        Assert.All(harness.Server.Calls, c => Assert.False(c.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task What_tools_read_with_ends_with_what_it_was_made_of_and_not_before()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        using var access = AccessTo(harness, Brokers(harness));

        access.ForTask("acme/widgets").Dispose();

        Assert.Null((await access.ReadIssueAsync("acme/widgets", 42, default)).Error);
    }

    [Fact]
    public async Task Why_there_is_no_token_is_told_where_one_is_wanted()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        using var access = AccessTo(harness, new Without());

        var refused = await access.ReadIssueAsync("acme/widgets", 42, default);
        var place = ForgeHarness.Value(access.PlaceOf(RepositoryAddress.Parse("acme/widgets", new AddressRules(harness.Endpoint.Web))));
        var proposed = await access.PublishAsync(place, harness.Proposal(), ForgeHarness.Held, default);

        Assert.EndsWith($"; make one for {harness.Endpoint.Host}", refused.Error!.Message, StringComparison.Ordinal);
        Assert.EndsWith($"; make one for {harness.Endpoint.Host}", proposed.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_was_checked_out_has_its_issues_and_pull_requests_on_its_forge()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        using var access = AccessTo(harness, Brokers(harness));
        var address = RepositoryAddress.Parse($"{harness.Server.Url}/acme/widgets.git", new AddressRules(harness.Endpoint.Web));
        var place = ForgeHarness.Value(access.PlaceOf(address));

        var issue = await access.ReadIssueAsync(address, 42, default);
        var opened = await access.PublishAsync(place, harness.Proposal(), ForgeHarness.Held, default);
        var again = await access.PublishAsync(place, harness.Proposal(), ForgeHarness.Held, default);

        Assert.Equal("Counts wrong", ForgeHarness.Value(issue).Title);
        Assert.Equal((PublishOutcome.Opened, PublishOutcome.Unchanged), (ForgeHarness.Value(opened).Outcome, ForgeHarness.Value(again).Outcome));
        _ = Assert.Single(harness.Stored.OpenPulls);
    }

    [Fact]
    public async Task What_may_not_write_any_more_writes_nothing()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        using var access = AccessTo(harness, Brokers(harness));
        var address = RepositoryAddress.Parse("acme/widgets", new AddressRules(harness.Endpoint.Web));

        var result = await access.PublishAsync(ForgeHarness.Value(access.PlaceOf(address)), harness.Proposal(), _ => Task.FromResult(false), default);

        Assert.Equal(ForgeErrorKind.Fenced, result.Error?.Kind);
        Assert.Empty(harness.Stored.OpenPulls);
    }

    [Fact]
    public async Task Every_operation_is_made_with_the_token_of_the_host()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.Labels.Add((1, "foreman"));
        harness.Stored.AddIssue(42, "Counts wrong", "").Labels.Add("foreman");
        using var access = AccessTo(harness, Brokers(harness));
        using var without = AccessTo(harness, new Without());
        var place = ForgeHarness.Value(access.PlaceOf(RepositoryAddress.Parse("acme/widgets", new AddressRules(harness.Endpoint.Web))));

        var listed = await access.CallAsync(place, forge => forge.ListIssuesAsync(place.Repository, "foreman", default), default);
        var refused = await without.CallAsync(place, forge => forge.ListIssuesAsync(place.Repository, "foreman", default), default);

        Assert.Equal(42, Assert.Single(ForgeHarness.Value(listed).Issues).Number);
        Assert.EndsWith($"; make one for {harness.Endpoint.Host}", refused.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_this_host_has_no_forge()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        using var access = AccessTo(harness, Brokers(harness));
        var folder = RepositoryAddress.Parse("/srv/widgets", AddressRules.Default with { AllowLocal = true });

        Assert.Equal(ForgeErrorKind.Refused, access.PlaceOf(folder).Error?.Kind);
        Assert.Equal(ForgeErrorKind.Refused, (await access.ReadIssueAsync(folder, 1, default)).Error?.Kind);
    }

    [Fact]
    public async Task A_token_that_no_header_may_hold_is_told_as_such()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        using var access = AccessTo(harness, new Changing { Now = new GitCredential("two lines\n") });
        var address = RepositoryAddress.Parse("acme/widgets", new AddressRules(harness.Endpoint.Web));

        Assert.Equal(ForgeErrorKind.Unauthorized, (await access.ReadIssueAsync(address, 1, default)).Error?.Kind);
    }

    private sealed class Without : ICredentialBroker
    {
        public IReadOnlyCollection<string> Secrets => [];

        public ValueTask<GitCredential?> ForHostAsync(string host, CancellationToken cancellationToken) => new((GitCredential?)null);

        public string Missing(string host) => $"make one for {host}";
    }

    private static ForgeAccess AccessTo(ForgeHarness harness, ICredentialBroker broker) => new(
        new ForgeTable(harness.Endpoint), new AddressRules(harness.Endpoint.Web), broker, new ForgeOptions { CallLimit = TimeSpan.FromDays(1) }, harness.Clock);

    private static CredentialBroker Brokers(ForgeHarness harness) =>
        new(new Dictionary<string, GitCredential> { [harness.Endpoint.Host] = new(ForgeHarness.Canary) });

    private sealed class Changing : ICredentialBroker
    {
        internal required GitCredential Now { get; set; }

        public IReadOnlyCollection<string> Secrets => [Now.Token];

        public ValueTask<GitCredential?> ForHostAsync(string host, CancellationToken cancellationToken) => new(Now);
    }
}
