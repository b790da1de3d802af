namespace Foreman.Api;

/// <summary>Which changes a coder may pass by itself.</summary>
public sealed record VerdictPolicy
{
    /// <summary>Kinds of change for which the coder's own GO suffices; code-fix, docs, packaging and config when empty.</summary>
    public IReadOnlyList<VerdictItem>? SelfGO { get; init; }
}
