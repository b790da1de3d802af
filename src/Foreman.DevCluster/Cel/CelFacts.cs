using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>What checking an expression found out for its evaluation.</summary>
internal sealed class CelFacts
{
    /// <summary>The names that denote types.</summary>
    public Dictionary<CelNode, CelValue> Constants { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The signatures that a call can have by the types of its arguments.</summary>
    public Dictionary<CelNode, CelOverload[]> Overloads { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The regular expressions that stand in the text.</summary>
    public Dictionary<string, SchemaPattern> Patterns { get; } = new(StringComparer.Ordinal);

    /// <summary>The variables that are read.</summary>
    public HashSet<string> Variables { get; } = new(StringComparer.Ordinal);
}
