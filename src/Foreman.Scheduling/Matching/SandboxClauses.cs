using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Where the commands of models may run.</summary>
internal static class SandboxClauses
{
    /// <summary>The host runs commands, in a sandbox or because its admin wants it so; a stub host runs nothing and is asked for nothing.</summary>
    public static ConstraintViolation? RunsCommands(MatchContext context)
    {
        if (context.Demand.CommandTools is not [var tool, ..] || context.Node.IsStub || context.Capability.Sandbox.RunsCommands() || RunInJob(context))
        {
            return null;
        }

        var name = context.Node.Name;
        return context.Capability.Sandbox is { } sandbox
            ? new ConstraintViolation(
                "without a sandbox",
                $"{tool} runs in a sandbox only, and {name} has none{(sandbox.Reason is { Length: > 0 } why ? $": {why.Trim().TrimEnd('.')}" : "")}",
                WithoutCommands(context.Demand, new GiveSandbox(name, $"put that right on {name} and start foreman-agent again")))
            { Reason = Reasons.SandboxUnavailable }
            : new ConstraintViolation(
                "without a sandbox",
                $"{tool} runs in a sandbox only, and the agent of {name} does not say whether it has one",
                new GiveSandbox(name, $"update foreman-agent on {name}"))
            { Reason = Reasons.SandboxUnavailable };
    }

    /// <summary>Commands reach the hosts of spec.egress: in a reduced sandbox they have no network at all.</summary>
    public static ConstraintViolation? ReachesHosts(MatchContext context)
    {
        if (context.Demand.Agent is not { Spec.Egress.Count: > 0 } agent || context.Capability.Sandbox?.Mode != SandboxMode.Reduced || context.Node.IsStub || RunInJob(context)
            || context.Demand.CommandTools.FirstOrDefault(t => t is KnownTools.Bash or Demand.Gate) is not { } tool)
        {
            return null;
        }

        var name = context.Node.Name;
        return new ConstraintViolation(
            "without network for commands",
            $"Agent \"{agent.Metadata.Name}\" lists hosts in spec.egress, and in the reduced sandbox of {name} {tool} has no network",
            new Either(new GiveSandbox(name, $"give {name} a full sandbox (bubblewrap) and start foreman-agent again"), new ClearEgress(agent.Metadata.Name)))
        { Reason = Reasons.SandboxUnavailable };
    }

    // The pod has a sandbox of its own, and none of the host's commands.
    private static bool RunInJob(MatchContext context) => context.Placements.Choose(context.Demand, context.Node) is { RunsInJob: true };

    /// <summary>A step, or that the Agent runs no commands: that helps where all of them are tools of its own.</summary>
    /// <param name="demand">What the task asks, with commands.</param>
    /// <param name="step">The step.</param>
    public static HintStep WithoutCommands(Demand demand, HintStep step) => demand.CommandTools.All(t => KnownTools.TraitsOf(t) is not null)
        ? new Either(step, new DropTools(demand.Agent?.Metadata.Name, string.Join(", ", demand.CommandTools)))
        : step;
}
