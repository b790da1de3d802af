using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A branch of a clone on this machine, checked out for a review with the real git, as the stages before find it.</summary>
internal sealed class ReviewedBranch : IDisposable
{
    public const string Right = "def add(a, b):\n    return a + b\n";
    public const string Wrong = "def add(a, b):\n    return a - b\n";

    private ReviewedBranch(TempFolder folder, LocalRepository clone, RunRecord record) => (Folder, Clone, Record) = (folder, clone, record);

    public TempFolder Folder { get; }

    public LocalRepository Clone { get; }

    public RunRecord Record { get; }

    public RunnerOptions Options => new() { Holder = Tasks.Me, NodeName = "host-a", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = Folder["work"], StateDirectory = Folder["state"] };

    /// <summary>Makes a clone whose main is right, and checks out what a person makes of it on the branch <c>feature</c>.</summary>
    /// <param name="work">Commits to the branch.</param>
    /// <param name="payload">What the task asks for.</param>
    public static async Task<ReviewedBranch> OfAsync(Func<LocalRepository, Task> work, TaskPayload? payload = null)
    {
        var folder = new TempFolder();
        var clone = await LocalRepository.CreateAsync(folder["clone"], ("src/calc.py", Right), ("AGENTS.md", "Four spaces."), ("old.py", "a\nb\nc\n"), ("big.txt", "x\n"));
        await clone.GitAsync("checkout", "--quiet", "-b", "feature");
        await work(clone);
        var git = await GitProgram.FindAsync(new GitOptions { StateFolder = folder["git"] }, TimeProvider.System, CancellationToken.None);
        var store = new MirrorStore(folder["git/mirrors"], git, CredentialBroker.None, new MirrorLimits(), NullLogger.Instance);
        var mirror = await store.RefreshAsync(RepositoryAddress.Parse(clone.Path, AddressRules.Default with { AllowLocal = true }), CancellationToken.None);
        var workspace = folder.MakeFolder("work/task-1");
        var tree = await WorkingTree.CreateAsync(
            new CheckoutRequest
            {
                Store = store,
                Upstream = mirror,
                Push = mirror,
                Plan = BranchRules.Existing("feature", null, mirror, mirror),
                GitDir = folder["run.git"],
                Workspace = workspace,
                Identity = new CommitIdentity("Bot", "bot@example.com"),
                When = DateTimeOffset.UnixEpoch,
            },
            CancellationToken.None);
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        var spec = task.Spec with { Kind = TaskKind.Review, Payload = payload ?? new TaskPayload { Repo = clone.Url, Branch = "feature" } };
        var record = new RunRecord(new Attempt(task with { Spec = spec }, Tasks.Me), 0)
        {
            Workspace = workspace,
            Repository = new RunRepository(mirror.Address, tree, await tree.MergeBaseAsync(CancellationToken.None)),
        };
        return new ReviewedBranch(folder, clone, record);
    }

    public void Dispose() => Folder.Dispose();
}
