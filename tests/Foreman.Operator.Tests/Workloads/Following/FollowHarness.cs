using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Operator.Workloads.Following;
using Foreman.Testing.Forges;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workloads.Following;

/// <summary>A forge with one repository, and what follows pull requests on it. Disposed, it fails the test when a request was sent that the API's documentation does not know.</summary>
internal sealed class FollowHarness : IDisposable
{
    public const string Repository = "acme/widgets";

    private const string Token = "canary-3c5a9d";

    private readonly string _kind;

    /// <param name="kind">github or gitea.</param>
    /// <param name="withToken">False for an operator without tokens.</param>
    public FollowHarness(string kind = "gitea", bool withToken = true)
    {
        _kind = kind;
        Server = kind == "github" ? new GitHubServer(Token, TimeProvider.System) : new GiteaServer(Token, TimeProvider.System);
        Stored = Server.Store.Add(Repository);
        var endpoint = ForgeEndpoint.Parse(kind, Server.Url);
        var rules = new AddressRules(endpoint.Web, AllowPlainHttp: true);
        ICredentialBroker tokens = withToken ? new CredentialBroker(new Dictionary<string, GitCredential> { [endpoint.Host] = new(Token) }) : CredentialBroker.None;
        Access = new ForgeAccess(new ForgeTable(endpoint), rules, tokens, new ForgeOptions { Tries = 1, MaxWait = TimeSpan.Zero }, TimeProvider.System);
        Reader = new PullRequestReader(Access, rules, withToken);
    }

    public ForgeServer Server { get; }

    public StoredRepository Stored { get; }

    public ForgeAccess Access { get; }

    public PullRequestReader Reader { get; }

    /// <summary>Whether this process leads.</summary>
    public bool Leads { get; set; } = true;

    public static PullRequestFollower Follower(FollowHarness harness, TimeSpan interval) =>
        new(harness.Reader, interval, _ => Task.FromResult(harness.Leads), TimeProvider.System, NullLogger.Instance);

    public string Url(long number) => $"{Server.Url}/{Repository}/{(_kind == "github" ? "pull" : "pulls")}/{number}";

    public StoredThread AddPull(long number) => Stored.AddPull(number, "Count right", "", new StoredBranches(Repository, $"branch-{number}", "main"));

    public FollowTarget Target(long number, string step = "code-1") => new(Url(number), step) { Repositories = [Repository] };

    public void Dispose()
    {
        Access.Dispose();
        Server.Dispose();
        Server.Verify();
    }
}
