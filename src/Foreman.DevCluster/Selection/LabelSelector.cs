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
    private readonly List<(string Key, string Operator, string[] Values)> _terms = [];

    private LabelSelector()
    {
    }

    public static LabelSelector Parse(string text)
    {
        var selector = new LabelSelector();
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            var match = Term().Match(rest);
            if (!match.Success)
            {
                throw ApiErrors.BadRequest($"unable to parse requirement: '{rest}' is no label requirement (want key, !key, key=value, key!=value, key in (a,b) or key notin (a,b))");
            }

            selector._terms.Add(Checked(Read(match)));
            rest = rest[match.Length..].TrimStart();
        }

        return selector;
    }

    public bool Matches(JsonObject root) => _terms.Count == 0 || _terms.TrueForAll(term => Holds(root.Object("metadata").Object("labels"), term));

    private static (string Key, string Operator, string[] Values) Read(Match match)
    {
        var key = match.Groups["key"].Value;
        if (match.Groups["not"].Success)
        {
            return (key, "absent", []);
        }

        if (match.Groups["set"].Success)
        {
            return (key, match.Groups["setop"].Value, match.Groups["set"].Value.Split(',', StringSplitOptions.TrimEntries));
        }

        return match.Groups["op"].Value switch
        {
            "" => (key, "present", []),
            "!=" => (key, "notin", [match.Groups["value"].Value]),
            "=" or "==" => (key, "in", [match.Groups["value"].Value]),
            var order => (key, order, [match.Groups["value"].Value]),
        };
    }

    private static (string Key, string Operator, string[] Values) Checked((string Key, string Operator, string[] Values) term)
    {
        var errors = new List<FieldError>();
        foreach (var value in term.Values.DefaultIfEmpty(""))
        {
            NameRules.CheckLabel(term.Key, value, errors);
        }

        if (errors.Count > 0)
        {
            throw ApiErrors.BadRequest($"unable to parse requirement: {errors[0]}");
        }

        return term.Operator is "<" or ">" && Number(term.Values[0]) is null
            ? throw ApiErrors.BadRequest($"unable to parse requirement: values[0][{term.Key}]: Invalid value: \"{term.Values[0]}\": for 'Gt', 'Lt' operators, the value must be an integer")
            : term;
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool Holds(JsonObject? labels, (string Key, string Operator, string[] Values) term)
    {
        var value = labels.Text(term.Key);
        return term.Operator switch
        {
            "in" => value is not null && term.Values.Contains(value, StringComparer.Ordinal),
            "notin" => value is null || !term.Values.Contains(value, StringComparer.Ordinal),
            "absent" => value is null,
            ">" => Number(value) > Number(term.Values[0]),
            "<" => Number(value) < Number(term.Values[0]),
            _ => value is not null,
        };
    }

    [GeneratedRegex(@"^(?:(?<not>!)\s*(?<key>[\w./-]+)|(?<key>[\w./-]+)\s*(?:(?<setop>in|notin)\s*\((?<set>[^)]*)\)|(?<op>==|=|!=|<|>)\s*(?<value>[\w.-]*)|))\s*(?:,|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Term();
}
