using Foreman.Runner.Stages;

namespace Foreman.Runner;

/// <summary>What events and messages say of the program that a runner is part of. A program that serves another placement brings one of its own.</summary>
public sealed record RunnerProgram
{
    /// <summary>The agent on a host.</summary>
    public static RunnerProgram Agent { get; } = new() { Component = "foreman-agent", IsOfHost = true, MissingSecret = SecretGrant.OfHost };

    /// <summary>The operator.</summary>
    public static RunnerProgram Operator { get; } = new() { Component = "foreman-operator", IsOfHost = false, MissingSecret = SecretGrant.OfOperator };

    /// <summary>The component that its events are reported by.</summary>
    public required string Component { get; init; }

    /// <summary>True when it reports its events as the host whose runs it has; false as the machine that it runs on.</summary>
    public required bool IsOfHost { get; init; }

    /// <summary>
    /// What is said of a Secret that it may not read, given its options and the Secret's namespace and name: the command that grants it, ready to be run. May be
    /// called from any thread.
    /// </summary>
    public required Func<RunnerOptions, string, string, string> MissingSecret { get; init; }
}
