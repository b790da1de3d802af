using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A question of a Workload that only a person can answer.</summary>
public sealed record WorkloadQuestion
{
    /// <summary>Step whose end asks it.</summary>
    public string Step { get => field ?? ""; init; }

    /// <summary>The question.</summary>
    public string Question { get => field ?? ""; init; }

    /// <summary>What was answered; absent while nobody has.</summary>
    public string? Answer { get; init; }
}

/// <summary>A person's answer to a question of a Workload.</summary>
public sealed record WorkloadAnswer
{
    /// <summary>Step whose question it answers, as status.questions names it.</summary>
    [Required]
    [Length(Min = 1, Max = 63)]
    public string Step { get => field ?? ""; init; }

    /// <summary>The answer: it is told to whoever goes on with the step. The word abandon gives the step up.</summary>
    [Required]
    [Length(Min = 1, Max = 16384)]
    public string Answer { get => field ?? ""; init; }
}
