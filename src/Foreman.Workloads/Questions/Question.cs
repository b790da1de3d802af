using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>A question for a person.</summary>
/// <param name="Step">Step whose end asks it; it is asked once.</param>
/// <param name="Text">The question.</param>
internal sealed record Question(string Step, string Text)
{
    /// <summary>What was answered; null while nobody has.</summary>
    public string? Answer { get; init; }

    public bool IsOpen => Answer is null;
}

/// <summary>What people answered. Pure.</summary>
internal static class Answers
{
    /// <summary>The answer that gives a step up.</summary>
    public const string Abandon = "abandon";

    /// <summary>The answer to the question of a step; null while nobody has given one.</summary>
    /// <param name="workload">The Workload: the newest answer stands in its spec, and earlier ones in its status.</param>
    /// <param name="step">The step.</param>
    public static string? To(Workload workload, string step) =>
        workload.Status?.Questions?.FirstOrDefault(q => q.Step == step)?.Answer
        ?? (workload.Spec.Decision is { } newest && newest.Step == step ? newest.Answer : null);

    /// <summary>True when an answer gives its step up.</summary>
    public static bool IsAbandon(string? answer) => string.Equals(answer?.Trim(), Abandon, StringComparison.OrdinalIgnoreCase);
}
