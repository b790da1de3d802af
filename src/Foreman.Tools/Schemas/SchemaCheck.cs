using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Tools.Schemas;

/// <summary>
/// Checks a value against a JSON Schema from outside, and says each mistake so that a small model can mend it. The schema is
/// as untrusted as the value: references may be cyclic or multiply without end, and patterns may backtrack for ever, so work
/// and depth are bounded and expressions are matched in linear time. What can't be decided within the bounds counts as right:
/// the server has the last word.
/// </summary>
internal sealed class SchemaCheck
{
    /// <summary>Most looks at a schema for one value.</summary>
    internal const int MaxSteps = 20_000;

    /// <summary>Most schemas within one another.</summary>
    internal const int MaxDepth = 48;

    /// <summary>Most mistakes that are said.</summary>
    internal const int MaxMistakes = 5;

    // So many characters of a value cost as much as a look at a schema.
    private const int CharactersPerStep = 256;

    // So many comparisons of items do.
    private const int ComparisonsPerStep = 16;

    private const int MaxPattern = 500;
    private readonly Dictionary<string, Regex?> _patterns = new(StringComparer.Ordinal);
    private readonly JsonElement _root;
    private int _steps;

    private SchemaCheck(JsonElement root) => _root = root;

    /// <summary>The mistakes of a value, at most <see cref="MaxMistakes"/>; empty when it is right.</summary>
    /// <param name="schema">The whole schema; references of it go nowhere else.</param>
    /// <param name="value">Any value.</param>
    internal static IReadOnlyList<string> Mistakes(JsonElement schema, JsonElement value)
    {
        var mistakes = new List<string>();
        _ = new SchemaCheck(schema).Fits(schema, value, "", 0, mistakes);
        return [.. mistakes.Distinct(StringComparer.Ordinal).Take(MaxMistakes)];
    }

    // With mistakes null only the answer is wanted, and the first mistake ends the check.
    private bool Fits(JsonElement schema, JsonElement value, string path, int depth, List<string>? mistakes)
    {
        if (schema.ValueKind is JsonValueKind.False)
        {
            return Wrong(mistakes, $"{SchemaWords.Named(path)} must not be given");
        }

        if (schema.ValueKind is not JsonValueKind.Object || depth > MaxDepth || ++_steps > MaxSteps)
        {
            return true;
        }

        return HasType(schema, value, path, mistakes)
            && IsListed(schema, value, path, mistakes)
            && Referenced(schema, value, path, depth, mistakes)
                & Combined(schema, value, path, depth, mistakes)
                & value.ValueKind switch
                {
                    JsonValueKind.Object => FitsObject(schema, value, path, depth, mistakes),
                    JsonValueKind.Array => FitsList(schema, value, path, depth, mistakes),
                    JsonValueKind.String => FitsText(schema, value.GetString()!, path, mistakes),
                    JsonValueKind.Number => FitsNumber(schema, value, path, mistakes),
                    _ => true,
                };
    }

    private static bool HasType(JsonElement schema, JsonElement value, string path, List<string>? mistakes)
    {
        var types = SchemaWords.Types(schema);
        return types.Count == 0 || types.Any(t => Is(value, t))
            || Wrong(mistakes, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, expected {SchemaWords.Expected(schema)}");
    }

    private static bool Is(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number)
            or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("null", JsonValueKind.Null) => true,
        ("integer", JsonValueKind.Number) => Number(value) is { } n && Math.Floor(n) == n,
        ("object" or "array" or "string" or "number" or "boolean" or "null" or "integer", _) => false,
        _ => true,
    };

    private static bool IsListed(JsonElement schema, JsonElement value, string path, List<string>? mistakes)
    {
        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
        {
            return Wrong(mistakes, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, expected {SchemaWords.Shown(only)}");
        }

        return SchemaWords.List(schema, "enum") is not { } allowed || allowed.Any(a => JsonElement.DeepEquals(a, value))
            || Wrong(mistakes, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, expected {SchemaWords.Expected(schema)}");
    }

    private bool Referenced(JsonElement schema, JsonElement value, string path, int depth, List<string>? mistakes) =>
        !schema.TryGetProperty("$ref", out var reference) || reference.ValueKind is not JsonValueKind.String
        || SchemaWords.Resolve(_root, reference.GetString()!) is not { } target
        || Fits(target, value, path, depth + 1, mistakes);

    private bool Combined(JsonElement schema, JsonElement value, string path, int depth, List<string>? mistakes)
    {
        var fits = true;
        foreach (var part in SchemaWords.List(schema, "allOf") ?? [])
        {
            fits &= Fits(part, value, path, depth + 1, mistakes);
        }

        if (SchemaWords.List(schema, "anyOf") is { Count: > 0 } any && !any.Any(a => Fits(a, value, path, depth + 1, null)))
        {
            fits = Nearest(any, value, path, depth, mistakes);
        }

        if (SchemaWords.List(schema, "oneOf") is { Count: > 0 } one)
        {
            var count = one.Count(o => Fits(o, value, path, depth + 1, null));
            fits &= count == 1 || (_steps > MaxSteps)
                || (count == 0 ? Nearest(one, value, path, depth, mistakes) : Wrong(mistakes, $"{SchemaWords.Named(path)} fits {count} of the forms it may have, and must fit one only"));
        }

        if (schema.TryGetProperty("not", out var not) && not.ValueKind is JsonValueKind.Object or JsonValueKind.True && Fits(not, value, path, depth + 1, null) && _steps <= MaxSteps)
        {
            fits = Wrong(mistakes, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, which is not allowed");
        }

        if (schema.TryGetProperty("if", out var when))
        {
            var branch = Fits(when, value, path, depth + 1, null) ? "then" : "else";
            fits &= !schema.TryGetProperty(branch, out var follows) || Fits(follows, value, path, depth + 1, mistakes);
        }

        return fits;
    }

    /// <summary>Says what is wrong with the form that the value comes nearest to: the one of its type with the fewest mistakes.</summary>
    private bool Nearest(IReadOnlyList<JsonElement> forms, JsonElement value, string path, int depth, List<string>? mistakes)
    {
        if (mistakes is not null)
        {
            var each = forms.Take(16).Select(form =>
            {
                var found = new List<string>();
                _ = Fits(form, value, path, depth + 1, found);
                return found;
            }).Where(found => found.Count > 0).ToList();
            var types = forms.SelectMany(SchemaWords.Types).Distinct(StringComparer.Ordinal).ToList();
            mistakes.AddRange(types.Count > 0 && !types.Any(t => Is(value, t))
                ? [$"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, expected {string.Join(" or ", forms.Take(4).Select(SchemaWords.Expected))}"]
                : each.MinBy(found => found.Count) ?? []);
        }

        return _steps > MaxSteps;
    }

    private bool FitsObject(JsonElement schema, JsonElement value, string path, int depth, List<string>? mistakes)
    {
        var known = schema.TryGetProperty("properties", out var p) && p.ValueKind is JsonValueKind.Object ? p : default;
        var fits = true;
        foreach (var name in SchemaWords.Required(schema).Where(name => !value.TryGetProperty(name, out _)))
        {
            var wanted = known.ValueKind is JsonValueKind.Object && known.TryGetProperty(name, out var property) ? property : default;
            fits = Wrong(mistakes, $"{SchemaWords.Named(SchemaWords.Join(path, name))} is missing, expected {SchemaWords.Expected(wanted)}");
        }

        var patterns = schema.TryGetProperty("patternProperties", out var pp) && pp.ValueKind is JsonValueKind.Object
            ? pp.EnumerateObject().Select(e => (Pattern: Compiled(e.Name), e.Value)).Where(e => e.Pattern is not null).ToList() : [];
        var others = schema.TryGetProperty("additionalProperties", out var a) ? a : default;
        foreach (var member in value.EnumerateObject())
        {
            var inner = SchemaWords.Join(path, member.Name);
            var isKnown = known.ValueKind is JsonValueKind.Object && known.TryGetProperty(member.Name, out _);
            fits &= !isKnown || Fits(known.GetProperty(member.Name), member.Value, inner, depth + 1, mistakes);
            foreach (var (_, rule) in patterns.Where(e => e.Pattern!.IsMatch(member.Name)))
            {
                isKnown = true;
                fits &= Fits(rule, member.Value, inner, depth + 1, mistakes);
            }

            if (!isKnown && others.ValueKind is JsonValueKind.False)
            {
                fits = Wrong(mistakes, SchemaWords.Unknown(path, member.Name, known));
            }
            else if (!isKnown && others.ValueKind is JsonValueKind.Object)
            {
                fits &= Fits(others, member.Value, inner, depth + 1, mistakes);
            }

            if (_steps > MaxSteps || (!fits && mistakes is null or { Count: >= MaxMistakes }))
            {
                return fits;
            }
        }

        var count = value.GetPropertyCount();
        return fits
            & HasCount(schema, "minProperties", "maxProperties", count, path, "properties", mistakes)
            & HasDependents(schema, value, path, mistakes);
    }

    private static bool HasDependents(JsonElement schema, JsonElement value, string path, List<string>? mistakes)
    {
        if (!schema.TryGetProperty("dependentRequired", out var rules) || rules.ValueKind is not JsonValueKind.Object)
        {
            return true;
        }

        var missing = rules.EnumerateObject()
            .Where(rule => rule.Value.ValueKind is JsonValueKind.Array && value.TryGetProperty(rule.Name, out _))
            .SelectMany(rule => rule.Value.EnumerateArray().Where(n => n.ValueKind is JsonValueKind.String && !value.TryGetProperty(n.GetString()!, out _)).Select(n => (rule.Name, Wanted: n.GetString()!)))
            .ToList();
        return missing.Count == 0 || missing.Aggregate(true, (_, m) => Wrong(
            mistakes, $"{SchemaWords.Named(SchemaWords.Join(path, m.Wanted))} is missing, which goes with `{Printable.Line(m.Name, 60)}`"));
    }

    private bool FitsList(JsonElement schema, JsonElement value, string path, int depth, List<string>? mistakes)
    {
        var first = SchemaWords.List(schema, "prefixItems") ?? [];
        var rest = schema.TryGetProperty("items", out var items) && items.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False ? items : default;
        var fits = HasCount(schema, "minItems", "maxItems", value.GetArrayLength(), path, "items", mistakes);
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            var rule = index < first.Count ? first[index] : rest;
            fits &= Fits(rule, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), depth + 1, mistakes);
            if (_steps > MaxSteps || (!fits && mistakes is null or { Count: >= MaxMistakes }))
            {
                return fits;
            }
        }

        // Comparing each with each is bounded as everything else is.
        var isUnique = schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind is JsonValueKind.True && value.GetArrayLength() <= 200;
        var all = isUnique ? value.EnumerateArray().ToList() : [];
        _steps += all.Count * all.Count / ComparisonsPerStep;
        return fits & (!all.Index().Any(i => all.Take(i.Index).Any(other => JsonElement.DeepEquals(other, i.Item)))
            || Wrong(mistakes, $"{SchemaWords.Named(path)} holds the same item twice, and each may stand there once"));
    }

    private bool FitsText(JsonElement schema, string text, string path, List<string>? mistakes)
    {
        _steps += text.Length / CharactersPerStep;
        var length = text.EnumerateRunes().Count();
        var fits = HasCount(schema, "minLength", "maxLength", length, path, "characters", mistakes);
        return fits & (!schema.TryGetProperty("pattern", out var pattern) || pattern.ValueKind is not JsonValueKind.String
            || Compiled(pattern.GetString()!) is not { } expression || expression.IsMatch(text)
            || Wrong(mistakes, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(text)}, expected text that matches {Printable.Line(pattern.GetString()!, 80)}"));
    }

    private static bool FitsNumber(JsonElement schema, JsonElement value, string path, List<string>? mistakes)
    {
        if (Number(value) is not { } number)
        {
            return true;
        }

        var fits = !(Bound("minimum") is { } low && number < low)
            && !(Bound("maximum") is { } high && number > high)
            && !(Bound("exclusiveMinimum") is { } above && number <= above)
            && !(Bound("exclusiveMaximum") is { } below && number >= below);
        fits = fits || Wrong(mistakes, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, expected {SchemaWords.Expected(schema)}");
        return fits & (Bound("multipleOf") is not { } step || step <= 0 || Math.Abs(number % step) == 0
            || Wrong(mistakes, string.Create(CultureInfo.InvariantCulture, $"{SchemaWords.Named(path)} is {SchemaWords.Shown(value)}, expected a multiple of {step}")));

        decimal? Bound(string name) => schema.TryGetProperty(name, out var bound) && bound.ValueKind is JsonValueKind.Number ? Number(bound) : null;
    }

    private static bool HasCount(JsonElement schema, string minimum, string maximum, int count, string path, string what, List<string>? mistakes)
    {
        var low = schema.TryGetProperty(minimum, out var least) && least.ValueKind is JsonValueKind.Number ? Number(least) : null;
        var high = schema.TryGetProperty(maximum, out var most) && most.ValueKind is JsonValueKind.Number ? Number(most) : null;
        return (count >= (low ?? 0) && count <= (high ?? int.MaxValue))
            || Wrong(mistakes, string.Create(CultureInfo.InvariantCulture, $"{SchemaWords.Named(path)} has {count} {what}, expected {SchemaWords.Range(low, high)}"));
    }

    private static decimal? Number(JsonElement value) => value.TryGetDecimal(out var number) ? number : null;

    // Null when the expression is not one that can be matched in linear time.
    private Regex? Compiled(string pattern)
    {
        if (!_patterns.TryGetValue(pattern, out var compiled))
        {
            _patterns[pattern] = compiled = Compile(pattern);
        }

        return compiled;
    }

    private static Regex? Compile(string pattern)
    {
        try
        {
            return pattern.Length <= MaxPattern ? new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool Wrong(List<string>? mistakes, string mistake)
    {
        mistakes?.Add(mistake);
        return false;
    }
}
