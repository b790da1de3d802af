namespace Foreman.Api;

/// <summary>What is added to the Agents that refer to the profile.</summary>
public sealed record ModelProfileSpec
{
    /// <summary>Text after the system message.</summary>
    public string? SystemPromptAddendum { get; init; }

    /// <summary>Used when the Agent sets none.</summary>
    public StuckLoopDetection? StuckLoopDetection { get; init; }

    /// <summary>Whether reads are refused once the model is told to finish.</summary>
    public bool? RestrictReadsInForcingPhase { get; init; }
}
