using System.Collections.Frozen;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>Infers the types of an expression, and refuses what can't be evaluated: unknown names, functions that do not fit their arguments.</summary>
/// <param name="text">The expression, for messages.</param>
/// <param name="variables">Types of the variables.</param>
internal sealed class CelChecker(string text, IReadOnlyDictionary<string, CelType> variables)
{
    private static readonly FrozenSet<string> TypeNames =
        ((string[])["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "google.protobuf.Timestamp", "google.protobuf.Duration"])
        .ToFrozenSet(StringComparer.Ordinal);

    private sealed record Local(string Name, CelType Type, Local? Outer);

    public CelFacts Facts { get; } = new();

    /// <exception cref="CelException">It does not hold together.</exception>
    public CelType Check(CelNode node) => Check(node, null);

    private CelType Check(CelNode node, Local? scope) => node switch
    {
        CelLiteral literal => TypeOf(literal.Value),
        CelIdentifier identifier => CheckIdentifier(identifier, scope),
        CelSelect select => CheckSelect(select, scope),
        CelLogical logical => CheckLogical(logical, scope),
        CelConditional conditional => CheckConditional(conditional, scope),
        CelCall call => CheckCall(call, scope),
        CelListNode list => CelType.ListOf(CheckAlike(list.Items, scope)),
        CelMapNode map => CelType.MapOf(KeyType(CheckAlike(map.Entries.Select(entry => entry.Key), scope)), CheckAlike(map.Entries.Select(entry => entry.Value), scope)),
        CelLoop loop => CheckLoop(loop, scope),
        _ => throw new InvalidOperationException($"no such node: {node.GetType().Name}"),
    };

    // No other value can be a key, and a type that holds another one twice doubles with each level.
    private static CelType KeyType(CelType type) => type is CelSimpleType ? type : CelType.Dyn;

    private static CelType TypeOf(CelValue value) => value switch
    {
        CelNull => CelType.Null,
        CelBool => CelType.Bool,
        CelInt => CelType.Int,
        CelUint => CelType.Uint,
        CelDouble => CelType.Double,
        CelText => CelType.Text,
        CelBytes => CelType.Bytes,
        _ => CelType.Dyn,
    };

    private CelType CheckIdentifier(CelIdentifier identifier, Local? scope)
    {
        if (!identifier.Root && Find(identifier.Name, scope) is { } local)
        {
            return local.Type;
        }

        if (variables.TryGetValue(identifier.Name, out var type))
        {
            Facts.Variables.Add(identifier.Name);
            return type;
        }

        return IsTypeName(identifier, identifier.Name) ? CelType.Type : throw Undeclared(identifier.Position, identifier.Name);
    }

    private CelType CheckSelect(CelSelect select, Local? scope)
    {
        if (!select.TestOnly && Qualified(select, scope) is { } name && IsTypeName(select, name))
        {
            return CelType.Type;
        }

        var operand = Check(select.Operand, scope);
        var type = operand switch
        {
            CelMapType map when CelType.Assignable(CelType.Text, map.Key) => map.Value,
            CelObjectType whole => whole.Field(select.Field) ?? throw Undefined(select),
            CelFieldsType known => known.Fields.GetValueOrDefault(select.Field) ?? throw Undefined(select),
            _ when operand == CelType.Dyn => CelType.Dyn,
            _ => throw Fault(select.Position, $"type '{operand}' does not support field selection"),
        };
        return select.TestOnly ? CelType.Bool : type;
    }

    /// <summary>The dotted name of a selection that begins with no variable; null for others.</summary>
    private string? Qualified(CelNode node, Local? scope) => node switch
    {
        CelIdentifier identifier => Find(identifier.Name, scope) is null && !variables.ContainsKey(identifier.Name) ? identifier.Name : null,
        CelSelect { TestOnly: false } select => Qualified(select.Operand, scope) is { } name ? name + "." + select.Field : null,
        _ => null,
    };

    private bool IsTypeName(CelNode node, string name)
    {
        var found = TypeNames.Contains(name);
        if (found)
        {
            Facts.Constants[node] = new CelTypeValue(name);
        }

        return found;
    }

    private CelType CheckLogical(CelLogical logical, Local? scope)
    {
        var types = logical.Terms.Select(term => Check(term, scope)).ToArray();
        for (var i = 0; i < types.Length; i++)
        {
            if (!CelType.Assignable(types[i], CelType.Bool))
            {
                throw NoOverload(logical.Position, logical.IsOr ? "_||_" : "_&&_", i == 0 ? types[..2] : types[(i - 1)..(i + 1)]);
            }
        }

        return CelType.Bool;
    }

    private CelType CheckConditional(CelConditional conditional, Local? scope)
    {
        CelType[] types = [Check(conditional.Test, scope), Check(conditional.Yes, scope), Check(conditional.No, scope)];
        var bindings = new CelBindings();
        return CelType.Assignable(types[0], CelType.Bool) && bindings.Fits(CelType.A, types[1]) && bindings.Fits(CelType.A, types[2])
            ? bindings.Resolve(CelType.A)
            : throw NoOverload(conditional.Position, "_?_:_", types);
    }

    /// <summary>The one type that items of a literal have.</summary>
    private CelType CheckAlike(IEnumerable<CelNode> items, Local? scope)
    {
        var bindings = new CelBindings();
        foreach (var item in items)
        {
            var type = Check(item, scope);
            if (!bindings.Fits(CelType.A, type))
            {
                throw Fault(item.Position, $"expected type '{bindings.Resolve(CelType.A)}' but found '{type}'");
            }
        }

        return bindings.Resolve(CelType.A);
    }

    private CelType CheckLoop(CelLoop loop, Local? scope)
    {
        var range = Check(loop.Range, scope);
        var item = range switch
        {
            CelListType list => list.Item,
            CelMapType map => map.Key,
            _ when range == CelType.Dyn => CelType.Dyn,
            _ => throw Fault(loop.Range.Position, $"expression of type '{range}' cannot be range of a comprehension (must be list, map, or dynamic)"),
        };
        var inner = new Local(loop.Variable, item, scope);
        if (loop.Predicate is { } predicate && Check(predicate, inner) is var found && !CelType.Assignable(found, CelType.Bool))
        {
            throw Fault(predicate.Position, $"expected type 'bool' but found '{found}'");
        }

        return loop.Macro switch
        {
            CelMacro.Map => CelType.ListOf(Check(loop.Transform!, inner)),
            CelMacro.Filter => CelType.ListOf(item),
            _ => CelType.Bool,
        };
    }

    private CelType CheckCall(CelCall call, Local? scope)
    {
        var known = CelFunctions.Find(call.Function);
        if (known.Count == 0)
        {
            throw Undeclared(call.Position, call.Function);
        }

        CelType[] types = [.. (call.Target is { } target ? call.Arguments.Prepend(target) : call.Arguments).Select(argument => Check(argument, scope))];
        var fitting = new List<(CelOverload Overload, CelType Result)>();
        foreach (var overload in known)
        {
            var bindings = new CelBindings();
            if (overload.Member == (call.Target is not null) && overload.Parameters.Count == types.Length && overload.Parameters.Zip(types, bindings.Fits).All(fits => fits))
            {
                fitting.Add((overload, bindings.Resolve(overload.Result)));
            }
        }

        if (fitting.Count == 0)
        {
            throw call.Target is null
                ? NoOverload(call.Position, call.Function, types)
                : Fault(call.Position, $"found no matching overload for '{call.Function}' applied to '{types[0]}.({string.Join(", ", types.Skip(1))})'");
        }

        if (call.Function == "type" && types[0] is CelObjectType or CelFieldsType)
        {
            throw Fault(call.Position, "type() of an object is not supported");
        }

        CheckLiterals(call);
        Facts.Overloads[call] = [.. fitting.Select(fit => fit.Overload)];
        return fitting.TrueForAll(fit => fit.Result == fitting[0].Result) ? fitting[0].Result : CelType.Dyn;
    }

    /// <summary>Refuses patterns, moments and durations in the text that are none.</summary>
    private void CheckLiterals(CelCall call)
    {
        if (call.Arguments.Count == 0 || call.Arguments[^1] is not CelLiteral { Value: CelText { Value: var literal } } argument)
        {
            return;
        }

        var isValid = call.Function switch
        {
            "matches" => AddPattern(literal),
            "duration" => CelTimes.ParseDuration(literal) is not null,
            "timestamp" => CelTimes.ParseTime(literal) is not null,
            _ => true,
        };
        if (!isValid)
        {
            throw Fault(argument.Position, $"invalid {call.Function} argument");
        }
    }

    private bool AddPattern(string expression)
    {
        try
        {
            Facts.Patterns[expression] = SchemaPattern.Compile(expression, "matches");
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static Local? Find(string name, Local? scope)
    {
        var at = scope;
        while (at is not null && at.Name != name)
        {
            at = at.Outer;
        }

        return at;
    }

    private CelException NoOverload(int position, string function, CelType[] types) =>
        Fault(position, $"found no matching overload for '{function}' applied to '({string.Join<CelType>(", ", types)})'");

    private CelException Undefined(CelSelect select) => Fault(select.Position, $"undefined field '{select.Field}'");

    private CelException Undeclared(int position, string name) => Fault(position, $"undeclared reference to '{name}' (in container '')");

    private CelException Fault(int position, string fault) => new(text, position, fault);
}
