using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Selection;

/// <summary>A parsed label selector: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
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

            selector._terms.Add(Read(match));
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

        return match.Groups["op"].Success
            ? (key, match.Groups["op"].Value == "!=" ? "notin" : "in", [match.Groups["value"].Value])
            : (key, "present", []);
    }

    private static bool Holds(JsonObject? labels, (string Key, string Operator, string[] Values) term)
    {
        var value = labels.Text(term.Key);
        return term.Operator switch
        {
            "in" => value is not null && term.Values.Contains(value, StringComparer.Ordinal),
            "notin" => value is null || !term.Values.Contains(value, StringComparer.Ordinal),
            "absent" => value is null,
            _ => value is not null,
        };
    }

    [GeneratedRegex(@"^(?:(?<not>!)\s*(?<key>[\w./-]+)|(?<key>[\w./-]+)\s*(?:(?<setop>in|notin)\s*\((?<set>[^)]*)\)|(?<op>==|=|!=)\s*(?<value>[\w.-]*)|))\s*(?:,|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Term();
}
