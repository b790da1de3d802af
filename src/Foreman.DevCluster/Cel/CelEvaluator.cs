namespace Foreman.DevCluster.Cel;

/// <summary>Evaluates a checked expression. Errors are values, so that the logical operators can do without them.</summary>
internal sealed class CelEvaluator(CelFacts facts, IReadOnlyDictionary<string, CelValue> variables, CelRun run)
{
    private const int ListCost = 10;
    private const int MapCost = 30;

    private sealed record Local(string Name, CelValue Value, Local? Outer);

    /// <exception cref="CelCostException">It costs more than the limit.</exception>
    public CelValue Evaluate(CelNode node) => Evaluate(node, null);

    private CelValue Evaluate(CelNode node, Local? scope) => node switch
    {
        CelLiteral literal => literal.Value,
        CelIdentifier identifier => Identifier(identifier, scope),
        CelSelect select => Select(select, scope),
        CelLogical logical => Logical(logical, scope),
        CelConditional conditional => Conditional(conditional, scope),
        CelCall call => Call(call, scope),
        CelListNode list => List(list, scope),
        CelMapNode map => Map(map, scope),
        CelLoop loop => Loop(loop, scope),
        _ => throw new InvalidOperationException($"no such node: {node.GetType().Name}"),
    };

    private CelValue Identifier(CelIdentifier identifier, Local? scope)
    {
        run.Charge(1);
        for (var local = identifier.Root ? null : scope; local is not null; local = local.Outer)
        {
            if (local.Name == identifier.Name)
            {
                return local.Value;
            }
        }

        return variables.TryGetValue(identifier.Name, out var value) ? value
            : facts.Constants.TryGetValue(identifier, out var constant) ? constant
            : new CelError($"no such attribute(s): {identifier.Name}");
    }

    private CelValue Select(CelSelect select, Local? scope)
    {
        run.Charge(select.TestOnly ? 0 : 1);
        if (facts.Constants.TryGetValue(select, out var constant))
        {
            return constant;
        }

        var operand = Evaluate(select.Operand, scope);
        if (operand is CelError)
        {
            return operand;
        }

        if (operand is not CelMap map)
        {
            return CelValue.NoOverload;
        }

        var field = map.Field(select.Field, run);
        return select.TestOnly ? CelBool.Of(field is not null) : field ?? new CelError($"no such key: {select.Field}");
    }

    /// <summary>One term that decides is enough: errors of the others do not count then.</summary>
    private CelValue Logical(CelLogical logical, Local? scope)
    {
        CelValue? error = null;
        foreach (var term in logical.Terms)
        {
            var value = Evaluate(term, scope);
            if (value is CelBool flag)
            {
                if (flag.Value == logical.IsOr)
                {
                    return flag;
                }
            }
            else
            {
                error ??= AsError(value);
            }
        }

        return error ?? CelBool.Of(!logical.IsOr);
    }

    private CelValue Conditional(CelConditional conditional, Local? scope) => Evaluate(conditional.Test, scope) switch
    {
        CelBool { Value: true } => Evaluate(conditional.Yes, scope),
        CelBool => Evaluate(conditional.No, scope),
        var other => AsError(other),
    };

    private CelValue Call(CelCall call, Local? scope)
    {
        run.Charge(1);
        var first = call.Target is null ? 0 : 1;
        var arguments = new CelValue[call.Arguments.Count + first];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Evaluate(i < first ? call.Target! : call.Arguments[i - first], scope);
            if (arguments[i] is CelError)
            {
                return arguments[i];
            }
        }

        foreach (var overload in facts.Overloads[call])
        {
            if (overload.Accepts(arguments))
            {
                return overload.Body(arguments, run);
            }
        }

        return CelValue.NoOverload;
    }

    private CelValue List(CelListNode node, Local? scope)
    {
        run.Charge(ListCost);
        var items = new List<CelValue>(node.Items.Count);
        foreach (var item in node.Items)
        {
            var value = Evaluate(item, scope);
            if (value is CelError)
            {
                return value;
            }

            items.Add(value);
        }

        return new CelItems(items);
    }

    private CelValue Map(CelMapNode node, Local? scope)
    {
        run.Charge(MapCost);
        var entries = new List<KeyValuePair<CelValue, CelValue>>(node.Entries.Count);
        var map = new CelEntries(entries);
        foreach (var entry in node.Entries)
        {
            var (key, value) = (Evaluate(entry.Key, scope), Evaluate(entry.Value, scope));
            if (key is CelError || value is CelError)
            {
                return key is CelError ? key : value;
            }

            if (key is not (CelInt or CelUint or CelBool or CelText))
            {
                return new CelError("unsupported key type");
            }

            if (map.Find(key, run) is not null)
            {
                return new CelError("Failed with repeated key");
            }

            entries.Add(KeyValuePair.Create(key, value));
        }

        return map;
    }

    private CelValue Loop(CelLoop loop, Local? scope)
    {
        run.Charge(1);
        var range = Evaluate(loop.Range, scope);
        return range switch
        {
            CelError => range,
            CelList list => Loop(loop, Items(list), scope),
            CelMap map => Loop(loop, map.Keys, scope),
            _ => CelValue.NoOverload,
        };
    }

    private CelValue Loop(CelLoop loop, IEnumerable<CelValue> items, Local? scope) => loop.Macro switch
    {
        CelMacro.All => Any(loop, items, decides: false, scope),
        CelMacro.Exists => Any(loop, items, decides: true, scope),
        CelMacro.ExistsOne => One(loop, items, scope),
        _ => Collect(loop, items, scope),
    };

    private static IEnumerable<CelValue> Items(CelList list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            yield return list[i];
        }
    }

    /// <summary>all and exists: one element that decides is enough, as in a row of logical operators.</summary>
    private CelValue Any(CelLoop loop, IEnumerable<CelValue> items, bool decides, Local? scope)
    {
        CelValue? error = null;
        foreach (var item in items)
        {
            var value = Test(loop, item, scope);
            if (value is CelBool flag)
            {
                if (flag.Value == decides)
                {
                    return flag;
                }
            }
            else
            {
                error ??= value;
            }
        }

        return error ?? CelBool.Of(!decides);
    }

    private CelValue One(CelLoop loop, IEnumerable<CelValue> items, Local? scope)
    {
        var count = 0L;
        foreach (var item in items)
        {
            var value = Test(loop, item, scope);
            if (value is not CelBool flag)
            {
                return value;
            }

            count += flag.Value ? 1 : 0;
        }

        return CelBool.Of(count == 1);
    }

    /// <summary>map and filter.</summary>
    private CelValue Collect(CelLoop loop, IEnumerable<CelValue> items, Local? scope)
    {
        var results = new List<CelValue>();
        foreach (var item in items)
        {
            var kept = loop.Predicate is null ? CelBool.True : Test(loop, item, scope);
            if (kept is not CelBool flag)
            {
                return kept;
            }

            if (!flag.Value)
            {
                continue;
            }

            run.Charge(1);
            var result = loop.Transform is { } transform ? Evaluate(transform, new Local(loop.Variable, item, scope)) : item;
            if (result is CelError)
            {
                return result;
            }

            results.Add(result);
        }

        return new CelItems(results);
    }

    /// <summary>What the predicate says of an element: true, false or an error.</summary>
    private CelValue Test(CelLoop loop, CelValue item, Local? scope)
    {
        run.Charge(1);
        var value = Evaluate(loop.Predicate!, new Local(loop.Variable, item, scope));
        return value is CelBool ? value : AsError(value);
    }

    private static CelValue AsError(CelValue value) => value is CelError ? value : CelValue.NoOverload;
}
