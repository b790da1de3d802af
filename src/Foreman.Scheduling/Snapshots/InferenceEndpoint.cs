namespace Foreman.Scheduling;

/// <summary>What an InferenceService of the cluster offers.</summary>
/// <param name="Url">Base URL without /v1; null while it has none.</param>
/// <param name="Ready">True when it serves.</param>
/// <param name="Model">The model it serves, when it says.</param>
public sealed record InferenceEndpoint(string? Url, bool Ready, string? Model)
{
    /// <summary>How many requests it serves at once; null when it does not say.</summary>
    public int? Slots { get; init; }
}
