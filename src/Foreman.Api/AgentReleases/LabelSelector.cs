namespace Foreman.Api;

/// <summary>Chooses objects by their labels (meta/v1 LabelSelector).</summary>
public sealed record LabelSelector
{
    /// <summary>Labels that must all be there.</summary>
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Further demands, all of which must hold.</summary>
    public IReadOnlyList<LabelSelectorRequirement>? MatchExpressions { get; init; }
}
