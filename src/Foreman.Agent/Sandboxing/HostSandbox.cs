using Foreman.Agent.Hosting;
using Foreman.Api;
using Foreman.Runner;
using Foreman.Sandbox;
using Foreman.Sandbox.Bubblewrap;

namespace Foreman.Agent.Sandboxing;

/// <summary>The sandbox in which this host runs commands of models. It is looked for once, at the start.</summary>
internal sealed class HostSandbox(AgentContext context, HostState state)
{
    private volatile CommandCage _commands = new(null, "the agent has not looked for a sandbox yet");

    /// <summary>Where commands run.</summary>
    public CommandCage Commands => _commands;

    /// <summary>Tries what there is with a real command, and tells the others.</summary>
    public Task FindAsync(CancellationToken cancellationToken) => FindAsync(Cages.OfHost(), cancellationToken);

    /// <summary>The same with these to try, the best first.</summary>
    internal async Task FindAsync(IReadOnlyList<ICageLauncher> candidates, CancellationToken cancellationToken)
    {
        var (cage, reason) = await Cages.FindAsync(candidates, context.Time, cancellationToken);
        var fact = SandboxFact.Of(cage?.Mode, reason, context.Settings.Runs.InsecureNoSandbox);
        cage ??= fact.RunsCommands() ? Cages.Unconfined(context.Time) : null;
        EndLeftovers();
        _commands = new(cage, cage is null ? fact.Reason : null);
        Tell(fact);
        state.Change(facts => facts with { Sandbox = fact });
    }

    private void EndLeftovers()
    {
        if (LeftoverCommands.End(context.Settings.Runs.WorkspaceDir) is > 0 and var count)
        {
            context.Logger.LeftoverCommandsEnded(count);
        }
    }

    private void Tell(NodeSandbox fact)
    {
        if (fact.Mode == SandboxMode.Full)
        {
            context.Logger.SandboxFound(fact.Mode);
        }
        else if (fact.Mode == SandboxMode.Reduced)
        {
            context.Logger.SandboxReduced(fact.Reason);
        }
        else if (fact.RunsCommands())
        {
            context.Logger.SandboxDisabled(fact.Reason);
        }
        else
        {
            context.Logger.SandboxUnavailable(fact.Reason);
        }
    }
}
