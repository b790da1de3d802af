using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Selection;

/// <summary>A parsed label selector: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1</c>.</summary>
internal sealed partial class LabelSelector
{
    private const int MaxShown = 256;
    private readonly List<(string Key, string Operator, IReadOnlyCollection<string> Values)> _terms = [];

    private LabelSelector()
    {
    }

    public static LabelSelector Parse(string text)
    {
        var selector = new LabelSelector();
        var whole = text.Trim();
        for (var at = 0; at < whole.Length;)
        {
            var match = Term().Match(whole, at);
            if (!match.Success)
            {
                var rest = whole.AsSpan(at, Math.Min(MaxShown, whole.Length - at));
                throw ApiErrors.BadRequest($"unable to parse requirement: '{rest}' is no label requirement (want key, !key, key=value, key!=value, key in (a,b) or key notin (a,b))");
            }

            selector._terms.Add(Checked(Read(match)));
            at += match.Length;
        }

        return selector;
    }

    public bool Matches(JsonObject root) => _terms.Count == 0 || _terms.TrueForAll(term => Holds(root.Object("metadata").Object("labels"), term));

    private static (string Key, string Operator, IReadOnlyCollection<string> Values) Read(Match match)
    {
        var key = match.Groups["key"].Value;
        if (match.Groups["not"].Success)
        {
            return (key, "absent", []);
        }

        if (match.Groups["set"].Success)
        {
            return (key, match.Groups["setop"].Value, match.Groups["set"].Value.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal));
        }

        return match.Groups["op"].Value switch
        {
            "" => (key, "present", []),
            "!=" => (key, "notin", [match.Groups["value"].Value]),
            "=" or "==" => (key, "in", [match.Groups["value"].Value]),
            var order => (key, order, [match.Groups["value"].Value]),
        };
    }

    private static (string Key, string Operator, IReadOnlyCollection<string> Values) Checked((string Key, string Operator, IReadOnlyCollection<string> Values) term)
    {
        var errors = new FieldErrors();
        foreach (var value in term.Values.DefaultIfEmpty("").TakeWhile(_ => errors.Count == 0))
        {
            NameRules.CheckLabel(term.Key, value, errors);
        }

        if (errors.Count > 0)
        {
            throw ApiErrors.BadRequest($"unable to parse requirement: {errors[0]}");
        }

        return term.Operator is "<" or ">" && Number(term.Values.First()) is null
            ? throw ApiErrors.BadRequest($"unable to parse requirement: values[0][{term.Key}]: Invalid value: \"{term.Values.First()}\": for 'Gt', 'Lt' operators, the value must be an integer")
            : term;
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool Holds(JsonObject? labels, (string Key, string Operator, IReadOnlyCollection<string> Values) term)
    {
        var value = labels.Text(term.Key);
        return term.Operator switch
        {
            "in" => value is not null && term.Values.Contains(value),
            "notin" => value is null || !term.Values.Contains(value),
            "absent" => value is null,
            ">" => Number(value) > Number(term.Values.First()),
            "<" => Number(value) < Number(term.Values.First()),
            _ => value is not null,
        };
    }

    // Atomic groups: what was passed over is never looked at again, however long it is.
    [GeneratedRegex(@"\G(?:(?<not>!)(?>\s*)(?<key>(?>[\w./-]+))|(?<key>(?>[\w./-]+))(?>\s*)(?:(?<setop>in|notin)(?>\s*)\((?<set>(?>[^)]*))\)|(?<op>==|=|!=|<|>)(?>\s*)(?<value>(?>[\w.-]*))|))(?>\s*)(?:,(?>\s*)|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Term();
}
