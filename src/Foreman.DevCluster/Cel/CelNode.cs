namespace Foreman.DevCluster.Cel;

/// <summary>A part of a parsed expression.</summary>
/// <param name="Position">Index of the character to which errors point.</param>
/// <param name="Depth">Levels of nodes, this one included; all walks call themselves for each level.</param>
internal abstract record CelNode(int Position, int Depth)
{
    protected static int Deepest(IEnumerable<CelNode?> nodes)
    {
        var deepest = 0;
        foreach (var node in nodes)
        {
            deepest = Math.Max(deepest, node?.Depth ?? 0);
        }

        return deepest;
    }
}

internal sealed record CelLiteral(int Position, CelValue Value) : CelNode(Position, 1);

/// <param name="Position">Where it stands.</param>
/// <param name="Name">The name.</param>
/// <param name="Root">Written with a leading dot: variables of macros are passed over.</param>
internal sealed record CelIdentifier(int Position, string Name, bool Root) : CelNode(Position, 1);

/// <param name="Position">Where the dot stands.</param>
/// <param name="Operand">What has the field.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="TestOnly">The macro has(): whether it is there.</param>
internal sealed record CelSelect(int Position, CelNode Operand, string Field, bool TestOnly) : CelNode(Position, Operand.Depth + 1);

/// <summary>A function or an operator, which has a name such as <c>_+_</c>.</summary>
internal sealed record CelCall(int Position, string Function, CelNode? Target, IReadOnlyList<CelNode> Arguments)
    : CelNode(Position, 1 + Deepest([Target, .. Arguments]));

/// <summary>A row of <c>||</c> or of <c>&amp;&amp;</c>.</summary>
internal sealed record CelLogical(int Position, bool IsOr, IReadOnlyList<CelNode> Terms) : CelNode(Position, 1 + Deepest(Terms));

internal sealed record CelConditional(int Position, CelNode Test, CelNode Yes, CelNode No) : CelNode(Position, 1 + Deepest([Test, Yes, No]));

internal sealed record CelListNode(int Position, IReadOnlyList<CelNode> Items) : CelNode(Position, 1 + Deepest(Items));

internal sealed record CelMapNode(int Position, IReadOnlyList<KeyValuePair<CelNode, CelNode>> Entries)
    : CelNode(Position, 1 + Deepest(Entries.SelectMany(entry => new[] { entry.Key, entry.Value })));

/// <summary>What a comprehension makes of a list, or of the keys of a map.</summary>
internal enum CelMacro
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

/// <param name="Position">Where its parenthesis opens.</param>
/// <param name="Macro">Which one.</param>
/// <param name="Range">What it goes through.</param>
/// <param name="Variable">Name of the element.</param>
/// <param name="Predicate">Condition on the element; null for map without one.</param>
/// <param name="Transform">What map makes of the element; null for the others.</param>
internal sealed record CelLoop(int Position, CelMacro Macro, CelNode Range, string Variable, CelNode? Predicate, CelNode? Transform)
    : CelNode(Position, 1 + Deepest([Range, Predicate, Transform]));
