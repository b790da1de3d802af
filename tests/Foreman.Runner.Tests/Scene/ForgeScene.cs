using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Runner.Repositories;
using Foreman.Runner.Tests.Gates;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Runner.Tests.Scene;

/// <summary>
/// A repository behind the real git over HTTPS with a token, its forge, and runners that work on it. Disposed, it fails the test when the forge was sent
/// a request that its documentation does not know.
/// </summary>
internal sealed class ForgeScene : IAsyncDisposable
{
    public const string Name = "acme/widgets";
    public const string Fork = "me/widgets";

    private readonly TestBed _bed;
    private readonly ConcurrentBag<IDisposable> _things = [];
    private readonly ForgeEndpoint _endpoint;
    private readonly CredentialBroker _tokens;

    private ForgeScene(TestBed bed, GitServer git, ForgeKind kind)
    {
        (_bed, Git) = (bed, git);
        Forge = kind is ForgeKind.GitHub ? new GitHubServer(git.Token, TimeProvider.System) : new GiteaServer(git.Token, TimeProvider.System);
        _endpoint = ForgeEndpoint.Parse(kind is ForgeKind.GitHub ? "github" : "gitea", Forge.Url, git.Url);
        _tokens = new CredentialBroker(new Dictionary<string, GitCredential> { [git.Host] = new(git.Token) });
        Stored = Forge.Store.Add(Name);
        _ = Forge.Store.Add(Fork);
    }

    public GitServer Git { get; }

    public ForgeServer Forge { get; }

    /// <summary>What the forge keeps of the repository.</summary>
    public StoredRepository Stored { get; }

    /// <summary>What branches are pushed to instead of the repository; null for none.</summary>
    public string? PushTo { get; set; }

    /// <summary>Labels that pull requests get.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];

    /// <summary>Starts the servers, with a first commit on main.</summary>
    public static async Task<ForgeScene> StartAsync(TestBed bed, ForgeKind kind, params (string Path, string Text)[] files)
    {
        var scene = new ForgeScene(bed, await GitServer.StartAsync(), kind);
        await scene.Git.CreateAsync(Name);
        await scene.CommitAsync(Name, "main", "Begin", files);
        return scene;
    }

    /// <summary>A person's commit on a branch, over what the branch or else the main branch holds.</summary>
    public async Task<string> CommitAsync(string repository, string branch, string message, params (string Path, string Text)[] files)
    {
        var clone = await GitFolder.CloneAsync(Git.RepositoryOf(repository), _bed.Folder[$"people/{Guid.NewGuid():N}"]);
        if ((await clone.RunAsync("branch", "--remotes", "--list", $"origin/{branch}")).Length > 0)
        {
            await clone.RunAsync("checkout", "-q", branch);
        }

        foreach (var (path, text) in files)
        {
            clone.Write(path, text);
        }

        var commit = await clone.CommitAsync(message);
        await clone.PushAsync(Git.RepositoryOf(repository), branch);
        return commit;
    }

    /// <summary>Runs git in a repository of the server.</summary>
    public async Task<string> GitAsync(string repository, params string[] arguments) => (await GitFolder.GitAsync(Git.RepositoryOf(repository), arguments)).TrimEnd('\n');

    /// <summary>Branches of a repository, in order.</summary>
    public async Task<string[]> BranchesAsync(string repository = Name) =>
        (await GitAsync(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Creates a task on the repository.</summary>
    public Task<AgenticTask> CreateAsync(string name, Func<AgenticTaskSpec, AgenticTaskSpec> change) => _bed.CreateAsync(name, change);

    /// <summary>A runner of a process of a host, with a token for the servers.</summary>
    public async Task<TaskRunner> RunnerAsync(string holder, IKubernetes? kubernetes = null, bool withForge = true)
    {
        var cage = await Given.CageAsync();
        var rules = new AddressRules(new Uri(Git.Url));
        var forges = withForge
            ? new ForgeAccess(new ForgeTable(_endpoint), rules, _tokens, new ForgeOptions { Backoff = new Backoff(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)) }, TimeProvider.System)
            : null;
        if (forges is not null)
        {
            _things.Add(forges);
        }

        return _bed.NativeRunner(
            holder,
            o => o with
            {
                Commands = () => new CommandCage(cage, null),
                Forges = forges,
                Repositories = new RepositoryOptions
                {
                    StateFolder = _bed.Folder[$"{Holder.HostOf(holder)}/git"],
                    Rules = rules,
                    Credentials = _tokens,
                    PullRequestLabels = Labels,
                    Fork = PushTo is { } fork ? RepositoryAddress.Parse(fork, rules) : null,
                    Network = Git.Trust,
                },
            },
            kubernetes);
    }

    /// <summary>Runs a task on a host from its assignment to its end.</summary>
    public async Task<AgenticTask> RunAsync(StepModel model, AgenticTask created, string host = "host-a")
    {
        var assigned = await _bed.AssignAsync(await _bed.ReadAsync(created.Name()), host, ModelOf(model));
        _ = await (await RunnerAsync($"{host}/1")).RunAsync(assigned, new RunSignals(), CancellationToken.None);
        return await _bed.ReadAsync(created.Name());
    }

    public static PromisedModel ModelOf(StepModel model) => new() { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = model.Url };

    public async ValueTask DisposeAsync()
    {
        foreach (var thing in _things)
        {
            thing.Dispose();
        }

        Forge.Dispose();
        await Git.DisposeAsync();
        Forge.Verify();
    }
}
