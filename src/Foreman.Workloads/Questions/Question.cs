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
        ?? (workload.Spec.Decision is { } newest && newest.Step == step && !string.IsNullOrWhiteSpace(newest.Answer) ? newest.Answer : null);

    /// <summary>Why the newest answer of the spec is of no use, for people; null when it is, or there is none.</summary>
    /// <param name="workload">The Workload, with the status before this decision.</param>
    /// <param name="questions">Its questions now.</param>
    public static string? Unused(Workload workload, IReadOnlyList<WorkloadQuestion> questions)
    {
        if (workload.Spec.Decision is not { } newest)
        {
            return null;
        }

        var asked = questions.FirstOrDefault(q => q.Step == newest.Step);
        return asked is null ? $"spec.decision answers step {newest.Step}, which asks nothing; it is ignored."
            : asked.Answer is null && !string.IsNullOrWhiteSpace(newest.Answer) ? $"spec.decision answers step {newest.Step}, but it can't be done, and the question is still open; it is ignored."
            : asked.Answer is null ? $"spec.decision answers step {newest.Step} with no text; it is ignored."
            : asked.Answer != newest.Answer ? $"spec.decision answers step {newest.Step} once more; the first answer stands."
            : null;
    }

    /// <summary>True for a question whose answer is to be gone on with.</summary>
    public static bool GoOn(Question question) => question.Answer is { } answer && !IsAbandon(answer);

    /// <summary>True when an answer gives its step up.</summary>
    public static bool IsAbandon(string? answer) => string.Equals(answer?.Trim(), Abandon, StringComparison.OrdinalIgnoreCase);
}
