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
