using System.Collections.Concurrent;
using Foreman.Git.Forges;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges;

/// <summary>A forge and its client. Disposed, it fails the test when a request was sent that the API's documentation does not know.</summary>
internal sealed class ForgeHarness : IDisposable
{
    /// <summary>No text may ever show it.</summary>
    internal const string Canary = "canary-5f3b1c2d9e8a7046";

    private readonly ConcurrentQueue<ForgeWait> _waits = [];

    internal ForgeHarness(ForgeKind kind, Func<ForgeOptions, ForgeOptions>? change = null, string token = Canary)
    {
        Server = kind switch
        {
            ForgeKind.GitHub => new GitHubServer(Canary, Clock),
            ForgeKind.Gitea => new GiteaServer(Canary, Clock),
            _ => new GitLabServer(Canary, Clock),
        };
        var options = new ForgeOptions { CallLimit = TimeSpan.FromDays(1), Waiting = _waits.Enqueue, Logger = Logger };
        Repository = ForgeRepository.Parse(kind == ForgeKind.GitLab ? "acme/tools/widgets" : "acme/widgets")!;
        Fork = ForgeRepository.Parse("someone/widgets")!;
        Stored = Server.Store.Add(Repository.FullName);
        _ = Server.Store.Add(Fork.FullName);
        Endpoint = ForgeEndpoint.Parse(Word(kind), Server.Url);
        Forge = Foreman.Git.Forges.Forge.Create(Endpoint, new GitCredential(token), (change ?? (o => o))(options), Clock);
    }

    internal SkippingClock Clock { get; } = new();

    internal RecordingLogger Logger { get; } = new();

    internal ForgeServer Server { get; }

    internal ForgeEndpoint Endpoint { get; }

    internal IForge Forge { get; }

    internal ForgeRepository Repository { get; }

    internal ForgeRepository Fork { get; }

    internal StoredRepository Stored { get; }

    internal IReadOnlyList<ForgeWait> Waits => [.. _waits];

    internal static string Word(ForgeKind kind) => kind switch
    {
        ForgeKind.GitHub => "github",
        ForgeKind.Gitea => "forgejo",
        _ => "gitlab",
    };

    internal PullRequestProposal Proposal(string text = "It now counts from one.") => new()
    {
        Target = Repository,
        Head = "foreman/issue-42",
        Base = "main",
        Title = "Count from one",
        Text = text,
    };

    internal Task<ForgeResult<PublishedPullRequest>> PublishAsync(PullRequestProposal proposal) => Forge.PublishAsync(proposal, Held, default);

    /// <summary>The task is still held.</summary>
    internal static Task<bool> Held(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>The answer; fails with the error when there is none.</summary>
    internal static T Value<T>(ForgeResult<T> result)
        where T : class
    {
        Assert.True(result.Value is not null, result.Error?.ToString());
        return result.Value!;
    }

    public void Dispose()
    {
        Forge.Dispose();
        Server.Dispose();
        Server.Verify();
    }
}
