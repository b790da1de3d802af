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

    /// <summary>Name of the stage and of its task.</summary>
    public string Name => name;

    /// <summary>The repository that its task works on.</summary>
    public virtual string Repository => "o/calc";

    /// <summary>The task's branch.</summary>
    public string Branch => $"foreman/{Name}";

    /// <summary>All of them, in the order of a run.</summary>
    public static IReadOnlyList<KillStage> All() =>
    [
        new InPrepare(), new InGit("fetch", "ls-remote", GitMoment.Before), new InGit("checkout", "reset", GitMoment.Before), new InGit("orientation", "ls-tree", GitMoment.Before),
        new InTurn(), new InGate(), new InGit("commit", "commit-tree", GitMoment.Before), new InGit("committed", "commit-tree", GitMoment.After),
        new InGit("push", "push", GitMoment.Before), new InGit("late", "push", GitMoment.Late), new InGit("pushed", "push", GitMoment.After), new InFinalWrite(),
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
        public override AgenticTaskSpec Spec(string repo) => base.Spec(repo) with
        {
            GateProfile = new GateProfile { Commands = new GateCommands { Lint = $"case $PWD in */{Name}-1~0/*) touch ../cache/began; exec sleep 86400;; esac" } },
        };

        public override Task ReachedAsync(RepositoryFleet fleet, AgenticTask task)
        {
            var mark = fleet.First.WorkspaceOf(fleet.Namespace, Name, 1) + "~0/cache/began";
            return Eventually.TrueAsync(() => File.Exists(mark), "the check of the gate to begin");
        }

        public override void Disarm()
        {
            // Only the first attempt's check waits.
        }
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
