using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Testing.Faults;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>A place in a run in a repository at which its agent is killed: the run of a task of this name is held there.</summary>
/// <param name="name">Name of the stage and of its task.</param>
public abstract class KillStage(string name)
{
    /// <summary>What the prompts of all tasks begin with.</summary>
    public const string Prompt = "Mend calc.py";

    /// <summary>The step of the model at which a run is held.</summary>
    public const int HeldStep = 1;

    private readonly Dictionary<string, string> _kept = new(StringComparer.Ordinal);

    /// <summary>Name of the stage and of its task.</summary>
    public string Name => name;

    /// <summary>The repository that its task works on.</summary>
    public virtual string Repository => "o/calc";

    /// <summary>The task's branch.</summary>
    public virtual string Branch => $"foreman/{Name}";

    /// <summary>The verdict that its task ends with.</summary>
    public virtual Verdict Verdict => Verdict.Go;

    /// <summary>Commits of branches that are there before the task and stay as they are; a task that pushes nothing has all of its branches here.</summary>
    public IReadOnlyDictionary<string, string> Kept => _kept;

    /// <summary>The branches beside main that are there in the end.</summary>
    public IEnumerable<string> Branches => IsPushed ? _kept.Keys.Append(Branch) : _kept.Keys;

    /// <summary>True for a task that changes files and pushes its branch.</summary>
    public virtual bool IsPushed => true;

    /// <summary>True for a task whose branch gets a pull request.</summary>
    public virtual bool IsProposed => false;

    /// <summary>All of them, in the order of a run.</summary>
    public static IReadOnlyList<KillStage> All() =>
    [
        new InPrepare(), new InGit("fetch", "ls-remote", GitMoment.Before), new InGit("checkout", "reset", GitMoment.Before), new InForge("issue", "GET", "issues/7"),
        new InGit("orientation", "files", GitMoment.Before), new InTurn(), new InGate(), new InGit("commit", "commit-tree", GitMoment.Before),
        new InGit("committed", "commit-tree", GitMoment.After), new InGit("push", "push", GitMoment.Before), new InGit("late", "push", GitMoment.Late), new InGit("pushed", "push", GitMoment.After),
        new InForge("propose", "POST", "pulls"), new InForge("proposed-late", "POST", "pulls") { IsLate = true }, new InFinalWrite(), new InVerify(), new InReconcile(),
    ];

    /// <summary>The task's spec.</summary>
    /// <param name="repo">Address of the repository.</param>
    public virtual AgenticTaskSpec Spec(string repo) => new() { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = $"{Prompt} ({Name})", Repo = repo } };

    /// <summary>Called before the task is created.</summary>
    public virtual Task ArmAsync(RepositoryFleet fleet) => Task.CompletedTask;

    /// <summary>Waits until the run is there.</summary>
    public abstract Task ReachedAsync(RepositoryFleet fleet, AgenticTask task);

    /// <summary>Called when the agent is dead: holds nobody any more.</summary>
    public abstract void Disarm();

    /// <summary>Called when the task has ended elsewhere: what was still on its way arrives now.</summary>
    public virtual Task AfterEndAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public override string ToString() => Name;

    // A check that only the first attempt waits in; a file in its caches says that it has begun.
    private static GateProfile WaitingGate(string name) =>
        new() { Commands = new GateCommands { Lint = $"case $PWD in */{name}-1~0/*) touch ../cache/began; exec sleep 86400;; esac" } };

    private static Task WaitsInGateAsync(RepositoryFleet fleet, string name)
    {
        var mark = fleet.First.WorkspaceOf(fleet.Namespace, name, 1) + "~0/cache/began";
        return Eventually.TrueAsync(() => File.Exists(mark), "the check of the gate to begin");
    }

    private async Task KeepAsync(RepositoryFleet fleet, string branch, string path, string text) =>
        _kept[branch] = await fleet.BranchAsync(Repository, branch, new Dictionary<string, string> { [path] = text });

    /// <summary>The Agent is asked for.</summary>
    private sealed class InPrepare() : KillStage("prepare")
    {
        private InjectedFault? _held;

        public override AgenticTaskSpec Spec(string repo) => base.Spec(repo) with { AgentRef = new LocalObjectReference { Name = Name } };

        public override async Task ArmAsync(RepositoryFleet fleet)
        {
            await fleet.CreateAgentAsync(Name);
            _held = fleet.HoldCalls(new CallMatch { Verb = "get", Resource = "agents", Name = Name });
        }

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => _held!.WaitAsync();

        public override void Disarm() => _held!.Dispose();
    }

    /// <summary>In a command of git. While one run fetches, others wait for its mirror, so it has a repository of its own.</summary>
    private sealed class InGit(string name, string command, GitMoment moment) : KillStage(name)
    {
        private HeldCommand? _held;

        public override string Repository => command == "ls-remote" ? $"o/{Name}" : base.Repository;

        public override Task ArmAsync(RepositoryFleet fleet)
        {
            _held = fleet.Git.Hold(command == "ls-remote" ? Name : $"{Name}-1", command, moment);
            return Task.CompletedTask;
        }

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => _held!.ReachedAsync();

        public override void Disarm()
        {
            if (moment != GitMoment.Late)
            {
                _held!.Release();
            }
        }

        public override async Task AfterEndAsync()
        {
            if (moment == GitMoment.Late)
            {
                _held!.Release();
                await _held.EndedAsync();
            }
        }
    }

    /// <summary>The model is asked.</summary>
    private sealed class InTurn() : KillStage("turn")
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task ArmAsync(RepositoryFleet fleet)
        {
            fleet.Model.PassingOf = (prompt, step, moment) =>
            {
                if (!prompt.Contains($"({Name})", StringComparison.Ordinal) || (step, moment) != (HeldStep, StepMoment.Asked))
                {
                    return Task.CompletedTask;
                }

                _reached.TrySetResult();
                return _released.Task;
            };
            return Task.CompletedTask;
        }

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => _reached.Task.WaitAsync(TestDeadline.Default);

        public override void Disarm() => _released.TrySetResult();
    }

    /// <summary>A check of the gate runs.</summary>
    private sealed class InGate() : KillStage("gate")
    {
        public override AgenticTaskSpec Spec(string repo) => base.Spec(repo) with { GateProfile = WaitingGate(Name) };

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => WaitsInGateAsync(fleet, Name);

        public override void Disarm()
        {
            // Only the first attempt's check waits.
        }
    }

    /// <summary>In a call to the forge, by a task about an issue; its repository is its own, so that the call is known by its path.</summary>
    private sealed class InForge(string name, string method, string path) : KillStage(name)
    {
        private const int Issue = 7;
        private HeldCall? _held;

        /// <summary>True for a call that arrives when the task has ended elsewhere.</summary>
        public bool IsLate { get; init; }

        public override string Repository => $"o/{Name}";

        public override string Branch => FormattableString.Invariant($"foreman/issue-{Issue}");

        public override bool IsProposed => true;

        public override AgenticTaskSpec Spec(string repo) => new() { Kind = TaskKind.IssueFix, Payload = new TaskPayload { Repo = repo, Issue = Issue, OpenPullRequest = true } };

        public override Task ArmAsync(RepositoryFleet fleet)
        {
            // The model knows its work by the issue alone, so whoever goes on has read it.
            fleet.Forge.Store.Find(Repository)!.AddIssue(Issue, $"{Prompt} ({Name})", "It subtracts.");
            _held = fleet.HoldForge(method, $"repos/{Repository}/{path}");
            return Task.CompletedTask;
        }

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => _held!.ReachedAsync();

        public override void Disarm()
        {
            if (IsLate)
            {
                _held!.Stop();
            }
            else
            {
                _held!.Release();
            }
        }

        public override async Task AfterEndAsync()
        {
            if (IsLate)
            {
                _held!.Release();
                await _held.AnsweredAsync();
            }
        }
    }

    /// <summary>In a check of a task that only checks a branch.</summary>
    private sealed class InVerify() : KillStage("verify")
    {
        public override string Repository => "o/verify";

        public override string Branch => "work";

        public override Verdict Verdict => Verdict.GatePass;

        public override bool IsPushed => false;

        public override AgenticTaskSpec Spec(string repo) => new() { Kind = TaskKind.Verify, Payload = new TaskPayload { Repo = repo, Branch = Branch }, GateProfile = WaitingGate(Name) };

        public override Task ArmAsync(RepositoryFleet fleet) => KeepAsync(fleet, Branch, "calc.py", "def add(a, b):\n    return b + a\n");

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => WaitsInGateAsync(fleet, Name);

        public override void Disarm()
        {
            // Only the first attempt's check waits.
        }
    }

    /// <summary>While slices of work are read that are compared.</summary>
    private sealed class InReconcile() : KillStage("reconcile")
    {
        private HeldCommand? _held;

        public override string Repository => "o/reconcile";

        public override Verdict Verdict => Verdict.GatePass;

        public override bool IsPushed => false;

        public override AgenticTaskSpec Spec(string repo) => new()
        {
            Kind = TaskKind.Reconcile,
            Payload = new TaskPayload
            {
                Repo = repo,
                Slices = [new TaskSlice { Name = "parser", Branch = "parser" }, new TaskSlice { Name = "printer", Branch = "printer" }],
                SharedIdentifiers = [new SharedIdentifier { Id = "WidgetID", DefinedBy = "parser", ReferencedBy = ["printer"] }],
            },
        };

        public override async Task ArmAsync(RepositoryFleet fleet)
        {
            await KeepAsync(fleet, "parser", "parse.txt", "type WidgetID\n");
            await KeepAsync(fleet, "printer", "print.txt", "print WidgetID\n");
            _held = fleet.Git.Hold($"{Name}-1", "texts", GitMoment.Before);
        }

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task) => _held!.ReachedAsync();

        public override void Disarm() => _held!.Release();
    }

    /// <summary>The result is on its way to the API server, which has not got it.</summary>
    private sealed class InFinalWrite() : KillStage("final")
    {
        private HeldCommand? _pushed;
        private InjectedFault? _held;

        public override Task ArmAsync(RepositoryFleet fleet)
        {
            _pushed = fleet.Git.Hold($"{Name}-1", "push", GitMoment.After);
            return Task.CompletedTask;
        }

        public override async Task ReachedAsync(RepositoryFleet fleet, AgenticTask task)
        {
            await _pushed!.ReachedAsync();
            _held = fleet.HoldCalls(new CallMatch { Verb = "patch", Resource = "agentictasks/status", Name = Name });
            _pushed.Release();
            await _held.WaitAsync();
            await Eventually.TrueAsync(() => fleet.First.HasKept(task.Uid(), 1), "the result to be kept on the host");
        }

        public override void Disarm() => _held!.Dispose();
    }
}
