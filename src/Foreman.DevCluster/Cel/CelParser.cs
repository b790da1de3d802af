using System.Collections.Frozen;

namespace Foreman.DevCluster.Cel;

/// <summary>Parses an expression by CEL's grammar and expands its macros.</summary>
internal sealed class CelParser
{
    /// <summary>Deepest nesting, as in the API server's parser.</summary>
    public const int MaxDepth = 250;

    private static readonly FrozenDictionary<string, string> Relations = Operators(
        ("<", "_<_"), ("<=", "_<=_"), (">", "_>_"), (">=", "_>=_"), ("==", "_==_"), ("!=", "_!=_"), ("in", "@in"));

    private static readonly FrozenDictionary<string, string> Additions = Operators(("+", "_+_"), ("-", "_-_"));
    private static readonly FrozenDictionary<string, string> Multiplications = Operators(("*", "_*_"), ("/", "_/_"), ("%", "_%_"));

    // They are no names anywhere; the other reserved words may name fields.
    private static readonly FrozenSet<string> Keywords = ((string[])["true", "false", "null", "in"]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Reserved =
        ((string[])["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"])
        .ToFrozenSet(StringComparer.Ordinal);

    private readonly string _text;
    private readonly List<CelToken> _tokens;
    private int _at;
    private int _nesting;

    private CelParser(string text)
    {
        _text = text;
        _tokens = CelLexer.Read(text);
    }

    private CelToken Current => _tokens[_at];

    /// <exception cref="CelException">It is no expression.</exception>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(text);
        var node = parser.Expression();
        return parser.Current.Kind == CelTokenKind.End ? node : throw parser.Unexpected();
    }

    private static FrozenDictionary<string, string> Operators(params (string Symbol, string Function)[] operators) =>
        operators.ToFrozenDictionary(o => o.Symbol, o => o.Function, StringComparer.Ordinal);

    private CelNode Expression()
    {
        if (++_nesting > MaxDepth)
        {
            throw TooDeep(Current.Position);
        }

        var node = Or();
        if (At("?"))
        {
            var position = Advance().Position;
            var yes = Or();
            Expect(":");
            node = Bounded(new CelConditional(position, node, yes, Expression()));
        }

        _nesting--;
        return node;
    }

    private CelNode Or() => Logical("||", isOr: true, And);

    private CelNode And() => Logical("&&", isOr: false, Relation);

    private CelNode Logical(string symbol, bool isOr, Func<CelNode> next)
    {
        var first = next();
        if (!At(symbol))
        {
            return first;
        }

        var position = Current.Position;
        var terms = new List<CelNode> { first };
        while (Accept(symbol))
        {
            terms.Add(next());
        }

        return Bounded(new CelLogical(position, isOr, terms));
    }

    private CelNode Relation() => Binary(Relations, Addition);

    private CelNode Addition() => Binary(Additions, Multiplication);

    private CelNode Multiplication() => Binary(Multiplications, Unary);

    private CelNode Binary(FrozenDictionary<string, string> operators, Func<CelNode> next)
    {
        var left = next();
        while (Current.Kind is CelTokenKind.Symbol or CelTokenKind.Identifier && operators.TryGetValue(Current.Text, out var function))
        {
            var position = Advance().Position;
            left = Bounded(new CelCall(position, function, null, [left, next()]));
        }

        return left;
    }

    private CelNode Unary()
    {
        var position = Current.Position;
        var count = 0;
        if (At("!"))
        {
            while (Accept("!"))
            {
                count++;
            }

            return Repeated(position, "!_", count, Member(Primary()));
        }

        var sign = position;
        while (At("-"))
        {
            sign = Advance().Position;
            count++;
        }

        // The sign next to a number belongs to it, so that the least integer can be written.
        return count > 0 && Negative(sign) is { } number
            ? Repeated(position, "-_", count - 1, Member(number))
            : Repeated(position, "-_", count, Member(Primary()));
    }

    /// <summary>Two signs in a row take each other away.</summary>
    private CelNode Repeated(int position, string function, int count, CelNode operand) =>
        count % 2 == 0 ? operand : Bounded(new CelCall(position, function, null, [operand]));

    private CelLiteral? Negative(int sign)
    {
        if (Current is { Kind: CelTokenKind.Constant, Value: CelDouble number })
        {
            Advance();
            return new CelLiteral(sign, new CelDouble(-number.Value));
        }

        return Current.Kind == CelTokenKind.Integer ? Integer(Advance(), sign, isNegative: true) : null;
    }

    private CelLiteral Integer(CelToken token, int position, bool isNegative)
    {
        var most = isNegative ? 1UL << 63 : (ulong)long.MaxValue;
        return CelLexer.Magnitude(token.Text) is { } magnitude && magnitude <= most
            ? new CelLiteral(position, new CelInt(isNegative ? unchecked(-(long)magnitude) : (long)magnitude))
            : throw Fault(token.Position, "invalid int literal");
    }

    private CelNode Member(CelNode node)
    {
        while (true)
        {
            var position = Current.Position;
            if (Accept("."))
            {
                var name = Name(isField: true);
                node = At("(") ? Call(node, name) : new CelSelect(position, node, name, TestOnly: false);
            }
            else if (Accept("["))
            {
                var index = Expression();
                Expect("]");
                node = new CelCall(position, "_[_]", null, [node, index]);
            }
            else if (node is CelIdentifier or CelSelect && At("{"))
            {
                throw Fault(position, $"messages are not supported: '{(node as CelIdentifier)?.Name ?? ((CelSelect)node).Field}{{}}'");
            }
            else
            {
                return node;
            }

            node = Bounded(node);
        }
    }

    private CelNode Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case CelTokenKind.Constant:
                return new CelLiteral(Advance().Position, token.Value!);
            case CelTokenKind.Integer:
                return Integer(Advance(), token.Position, isNegative: false);
            case CelTokenKind.Identifier:
                return Named(isRoot: false);
        }

        if (Accept("("))
        {
            var node = Expression();
            Expect(")");
            return node;
        }

        if (Accept("["))
        {
            return Bounded(new CelListNode(token.Position, Items("]", Expression)));
        }

        if (Accept("{"))
        {
            return Bounded(new CelMapNode(token.Position, Items("}", Entry)));
        }

        return Accept(".") ? Named(isRoot: true) : throw Unexpected();
    }

    private CelNode Named(bool isRoot)
    {
        var token = Current;
        if (!isRoot && token.Text is "true" or "false" or "null")
        {
            Advance();
            return new CelLiteral(token.Position, token.Text == "null" ? CelNull.Value : CelBool.Of(token.Text == "true"));
        }

        var name = Name(isField: false);
        return At("(") ? Call(null, name) : new CelIdentifier(token.Position, name, isRoot);
    }

    private string Name(bool isField)
    {
        if (Current.Kind != CelTokenKind.Identifier || Keywords.Contains(Current.Text))
        {
            throw Unexpected();
        }

        return isField || !Reserved.Contains(Current.Text) ? Advance().Text : throw Fault(Current.Position, $"reserved identifier: {Current.Text}");
    }

    private CelNode Call(CelNode? target, string name)
    {
        var position = Current.Position;
        Expect("(");
        var arguments = new List<CelNode>();
        if (!Accept(")"))
        {
            do
            {
                arguments.Add(Expression());
            }
            while (Accept(","));
            Expect(")");
        }

        return Bounded(Macro(position, target, name, arguments) ?? new CelCall(position, name, target, arguments));
    }

    /// <summary>What a macro stands for; null when the call is an ordinary one.</summary>
    private CelNode? Macro(int position, CelNode? target, string name, List<CelNode> arguments) =>
        target is null ? Has(position, name, arguments) : (CelNode?)Loop(position, target, name, arguments);

    private CelSelect? Has(int position, string name, List<CelNode> arguments) =>
        name != "has" || arguments.Count != 1
            ? null
            : arguments[0] is CelSelect { TestOnly: false } select
                ? select with { TestOnly = true }
                : throw Fault(position, "invalid argument to has() macro");

    private CelLoop? Loop(int position, CelNode target, string name, List<CelNode> arguments)
    {
        CelMacro? macro = (name, arguments.Count) switch
        {
            ("all", 2) => CelMacro.All,
            ("exists", 2) => CelMacro.Exists,
            ("exists_one", 2) => CelMacro.ExistsOne,
            ("map", 2 or 3) => CelMacro.Map,
            ("filter", 2) => CelMacro.Filter,
            _ => null,
        };
        if (macro is not { } kind)
        {
            return null;
        }

        var variable = arguments[0] is CelIdentifier { Root: false } identifier ? identifier.Name : throw Fault(arguments[0].Position, "argument must be a simple name");
        return kind == CelMacro.Map
            ? new CelLoop(position, kind, target, variable, arguments.Count == 3 ? arguments[1] : null, arguments[^1])
            : new CelLoop(position, kind, target, variable, arguments[1], null);
    }

    private KeyValuePair<CelNode, CelNode> Entry()
    {
        var key = Expression();
        Expect(":");
        return KeyValuePair.Create(key, Expression());
    }

    /// <summary>What stands between brackets, separated by commas; a comma may stand behind the last one.</summary>
    private List<T> Items<T>(string end, Func<T> next)
    {
        var items = new List<T>();
        while (!Accept(end))
        {
            items.Add(next());
            if (!Accept(","))
            {
                Expect(end);
                break;
            }
        }

        return items;
    }

    private bool At(string symbol) => Current.Kind == CelTokenKind.Symbol && Current.Text == symbol;

    private bool Accept(string symbol)
    {
        var found = At(symbol);
        _at += found ? 1 : 0;
        return found;
    }

    private void Expect(string symbol)
    {
        if (!Accept(symbol))
        {
            throw Unexpected();
        }
    }

    // The end is never passed.
    private CelToken Advance() => Current.Kind == CelTokenKind.End ? Current : _tokens[_at++];

    private CelNode Bounded(CelNode node) => node.Depth > MaxDepth ? throw TooDeep(node.Position) : node;

    private CelException TooDeep(int position) => Fault(position, $"expression recursion limit exceeded: {MaxDepth}");

    private CelException Unexpected() =>
        Fault(Current.Position, Current.Kind == CelTokenKind.End ? "Syntax error: mismatched input '<EOF>'" : $"Syntax error: mismatched input '{Shown(Current.Text)}'");

    private static string Shown(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");

    private CelException Fault(int position, string fault) => new(_text, position, fault);
}
