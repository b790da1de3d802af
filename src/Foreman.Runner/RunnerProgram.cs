using Foreman.Runner.Stages;

namespace Foreman.Runner;

/// <summary>What events and messages say of the program that a runner is part of. A program that serves another placement brings one of its own.</summary>
public sealed record RunnerProgram
{
    /// <summary>The agent on a host.</summary>
    public static RunnerProgram Agent { get; } = new() { Component = "foreman-agent", Reporter = static options => options.NodeName, MissingSecret = SecretGrant.OfHost };

    /// <summary>The operator.</summary>
    public static RunnerProgram Operator { get; } = new() { Component = "foreman-operator", Reporter = static _ => Environment.MachineName, MissingSecret = SecretGrant.OfOperator };

    /// <summary>The component that its events are reported by.</summary>
    public required string Component { get; init; }

    /// <summary>
    /// Whom its events name as their reporter, given its options; admission policies hold hosts and pods to their own names there. May be called from any thread.
    /// </summary>
    public required Func<RunnerOptions, string> Reporter { get; init; }

    /// <summary>
    /// What is said of a Secret that it may not read, given its options and the Secret's namespace and name: the command that grants it, ready to be run. May be
    /// called from any thread.
    /// </summary>
    public required Func<RunnerOptions, string, string, string> MissingSecret { get; init; }
}
