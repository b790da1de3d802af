using Foreman.Git.Commands;
using Foreman.Testing;

namespace Foreman.Git.Tests;

/// <summary>A host with git, mirrors, tokens and runs, over a real server or folders of this machine.</summary>
internal sealed class HostUnderTest : IDisposable
{
    public static readonly CommitIdentity Bot = new("Foreman Bot", "bot@example.com");
    public static readonly DateTimeOffset When = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);
    private int _runs;

    private HostUnderTest(GitProgram git, ICredentialBroker credentials, MirrorLimits limits, TempFolder folder) =>
        (Git, Credentials, Folder, Store) = (git, credentials, folder, new MirrorStore(folder["mirrors"], git, credentials, limits, Log));

    public GitProgram Git { get; }

    public ICredentialBroker Credentials { get; }

    public TempFolder Folder { get; }

    public RecordingLogger Log { get; } = new();

    public MirrorStore Store { get; }

    public static async Task<HostUnderTest> StartAsync(
        GitServer? server = null, string? token = null, MirrorLimits? limits = null, TimeProvider? time = null, GitOptions? options = null, GitServer? second = null)
    {
        var folder = new TempFolder();
        var network = server?.Trust ?? new Dictionary<string, string>();
        var git = await GitProgram.FindAsync((options ?? new GitOptions { StateFolder = folder.Path }) with { StateFolder = folder.Path, Network = network }, time ?? TimeProvider.System, CancellationToken.None);
        var tokens = new Dictionary<string, GitCredential>();
        if (server is not null)
        {
            tokens[server.Host] = new(token ?? server.Token);
        }

        if (second is not null)
        {
            tokens[second.Host] = new(second.Token);
        }

        var credentials = new CredentialBroker(tokens);
        return new HostUnderTest(git, credentials, limits ?? new MirrorLimits(), folder);
    }

    public static RepositoryAddress Address(GitServer server, string name) => RepositoryAddress.Parse($"{server.Url}/{name}.git", AddressRules.Default);

    public static RepositoryAddress Local(string folder) => RepositoryAddress.Parse(folder, AddressRules.Default with { AllowLocal = true });

    public async Task<WorkingTree> CheckoutAsync(RepositoryAddress address, BranchWishes wishes)
    {
        var mirror = await Store.RefreshAsync(address, CancellationToken.None);
        return await CheckoutAsync(mirror, mirror, BranchRules.Plan(wishes, mirror, mirror));
    }

    public Task<WorkingTree> CheckoutAsync(RepositoryAddress address, string branch = "foreman/t") => CheckoutAsync(address, new BranchWishes { Branch = branch });

    public Task<WorkingTree> CheckoutAsync(Mirror upstream, Mirror push, BranchPlan plan, Func<CheckoutRequest, CheckoutRequest>? change = null)
    {
        var run = $"run{++_runs}";
        var request = new CheckoutRequest { Store = Store, Upstream = upstream, Push = push, Plan = plan, GitDir = Folder[$"{run}.git"], Workspace = Folder.MakeFolder(run), Identity = Bot, When = When };
        return WorkingTree.CreateAsync(change?.Invoke(request) ?? request, CancellationToken.None);
    }

    public static Task<CommitResult> CommitAsync(WorkingTree tree, string message = "Fix it", string uid = "uid-1", long attempt = 1, IReadOnlyCollection<string>? secrets = null) =>
        Commits.CommitAsync(tree, new CommitRequest { Message = message, Identity = Bot, Mark = new(uid, attempt), When = When, Secrets = secrets ?? [] }, CancellationToken.None);

    public static async Task<string> CommittedAsync(WorkingTree tree, string uid = "uid-1", long attempt = 1) =>
        Assert.IsType<CommitResult.Committed>(await CommitAsync(tree, uid: uid, attempt: attempt)).Sha;

    public Task<PushResult> PushAsync(WorkingTree tree, RepositoryAddress to, string sha, string uid = "uid-1", long attempt = 1, Func<Task<bool>>? holds = null) =>
        FencedPush.PushAsync(tree, Credentials, new PushRequest { To = to, Sha = sha, Mark = new(uid, attempt), HoldsClaim = _ => holds?.Invoke() ?? Task.FromResult(true) }, CancellationToken.None);

    /// <summary>Runs git on a run's repository and returns its output.</summary>
    public async Task<string> GitAsync(WorkingTree tree, params string[] arguments) =>
        (await Git.RunAsync(new GitCall(arguments) { GitDir = tree.GitDir, WorkTree = tree.Workspace }, CancellationToken.None)).Text;

    public void Dispose() => Folder.Dispose();
}
