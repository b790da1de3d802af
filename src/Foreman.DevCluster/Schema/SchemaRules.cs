using Foreman.DevCluster.Cel;

namespace Foreman.DevCluster.Schema;

/// <summary>A rule of <c>x-kubernetes-validations</c>.</summary>
/// <param name="Program">Must be true of the value.</param>
/// <param name="Text">The rule as it was written, without the space around it.</param>
internal sealed record SchemaRule(CelProgram Program, string Text)
{
    /// <summary>What is told when the rule is broken; empty for the rule itself.</summary>
    public string Message { get; init; } = "";

    /// <summary>Makes the message; null where there is no expression for it.</summary>
    public CelProgram? MessageProgram { get; init; }

    /// <summary>Reason of the error, such as FieldValueForbidden; empty for FieldValueInvalid.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The field that is told, below the value; empty for the value itself.</summary>
    public string FieldPath { get; init; } = "";

    /// <summary>Compares with what was stored, so that it says nothing of a new value.</summary>
    public bool IsTransition => Program.Reads(RuleReader.OldSelf);

    /// <summary>What names the rule in messages.</summary>
    public string Shown => Message.Length > 0 ? Message : Text;
}

/// <summary>The rules of a value and of what it holds; what has no rules below is left out.</summary>
/// <param name="Schema">The schema of the value, as rules see it.</param>
internal sealed record SchemaRules(StructuralSchema Schema)
{
    public IReadOnlyList<SchemaRule> Rules { get; init; } = [];

    public IReadOnlyDictionary<string, SchemaRules> Properties { get; init; } = new Dictionary<string, SchemaRules>(StringComparer.Ordinal);

    public SchemaRules? Items { get; init; }

    /// <summary>The rules of the values of a map.</summary>
    public SchemaRules? Values { get; init; }
}
