using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.UserDeployments.Templates;

/// <summary>Values of a template's parameters: those that are given over its defaults. Pure.</summary>
internal static class ParameterValues
{
    private const int MostPattern = 200;
    private const int MostChecked = 1000;
    private const int MostCount = 100;

    /// <summary>The values by name; a parameter without one is absent.</summary>
    /// <param name="root">The template, whose texts are left as they are.</param>
    /// <param name="given">Values by name.</param>
    public static ImmutableSortedDictionary<string, string> Read(TemplateMap root, IReadOnlyDictionary<string, string> given)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var declared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var map in root.Maps("parameters"))
        {
            var name = map.Needed("name", Names.IsParameter, "a name of letters, digits, dashes and underscores");
            if (name.Length > 0 && !declared.Add(name))
            {
                map.Fail("name", $"the parameter {name} stands there twice");
            }

            if (Value(map, name, given) is { } value)
            {
                values[name] = value;
            }
        }

        foreach (var name in given.Keys.Where(n => !declared.Contains(n)).Order(StringComparer.Ordinal))
        {
            root.Fail("parameters", $"spec.parameters has {Texts.Shown(name)}, which the template does not have");
        }

        return values.ToImmutable();
    }

    private static string? Value(TemplateMap map, string name, IReadOnlyDictionary<string, string> given)
    {
        var fallback = map.Text("default", _ => true, "a text");
        var isRequired = map.Flag("required");
        var pattern = Pattern(map);
        map.RefuseOthers();
        var value = given.GetValueOrDefault(name) ?? fallback;
        if (value is null)
        {
            if (isRequired && name.Length > 0)
            {
                map.Fail("required", $"spec.parameters has no {name}");
            }

            return null;
        }

        if (pattern is not null && (value.Length > MostChecked || !pattern.IsMatch(value)))
        {
            map.Fail("pattern", $"the value of {name}, `{Texts.Shown(value)}`, does not match it");
            return null;
        }

        return value;
    }

    // Without backtracking, and with small counts, so that no pattern takes long.
    private static Regex? Pattern(TemplateMap map)
    {
        var text = map.Text("pattern", p => p.Length <= MostPattern && !HasLargeCount(p), Texts.Of($"a pattern of up to {MostPattern} characters with counts below {MostCount}"));
        if (text is null)
        {
            return null;
        }

        try
        {
            return new Regex($"^(?:{text})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            map.Fail("pattern", $"it can't be read: {Texts.Shown(e.Message, 200)}");
            return null;
        }
    }

    private static bool HasLargeCount(string pattern) => pattern.Split('{').Skip(1)
        .SelectMany(p => p.Split('}')[0].Split(','))
        .Any(n => int.TryParse(n, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count) ? count >= MostCount : n.Length > 2 && n.All(char.IsAsciiDigit));
}
