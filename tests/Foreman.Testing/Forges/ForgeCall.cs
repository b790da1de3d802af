using System.Text.Json.Nodes;

namespace Foreman.Testing.Forges;

/// <summary>A request as a forge of the tests got it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Below the root of the API, as it was sent.</param>
/// <param name="Query">The parameters.</param>
public sealed record ForgeCall(string Method, string Path, IReadOnlyDictionary<string, string> Query)
{
    /// <summary>By name, in any case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The JSON of the body; null for none.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Values of the placeholders of its route.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>True when it may change something.</summary>
    public bool IsWrite => Method != "GET";

    /// <summary>A text of the body; null when it is absent.</summary>
    public string? Text(string name) => (string?)Body?[name];

    /// <summary>A number of the path.</summary>
    public long Number(string name) => long.Parse(Values[name], System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What a forge of the tests answers.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The text; JSON unless <paramref name="Type"/> says otherwise.</param>
/// <param name="Type">The media type.</param>
public sealed record ForgeAnswer(int Status, string Body, string Type = "application/json; charset=utf-8")
{
    /// <summary>Headers beside the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A page of a list, of which the server cuts out its own; null for no list.</summary>
    internal IReadOnlyList<JsonNode>? Items { get; init; }

    /// <summary>What a page's items stand in.</summary>
    internal Func<JsonArray, JsonNode> Around { get; init; } = items => items;

    /// <summary>JSON.</summary>
    public static ForgeAnswer Json(int status, JsonNode body) => new(status, body.ToJsonString(new System.Text.Json.JsonSerializerOptions()));

    /// <summary>A list that is sent in pages.</summary>
    public static ForgeAnswer Pages(IEnumerable<JsonNode> items) => new(200, "") { Items = [.. items] };

    /// <summary>A list that is sent in pages, each within an object.</summary>
    public static ForgeAnswer Pages(IEnumerable<JsonNode> items, Func<JsonArray, JsonNode> around) => Pages(items) with { Around = around };

    /// <summary>An error with a message.</summary>
    public static ForgeAnswer Error(int status, string message) => Json(status, new JsonObject { ["message"] = message });
}

/// <summary>A documented call of an API. What it does not list is refused.</summary>
/// <param name="Method">The method.</param>
/// <param name="Template">The path below the root, with <c>{placeholders}</c> for single segments.</param>
/// <param name="Documentation">The page that describes it.</param>
/// <param name="Answer">Does it.</param>
public sealed record ForgeRoute(string Method, string Template, string Documentation, Func<ForgeCall, ForgeAnswer> Answer)
{
    /// <summary>Parameters that the page lists.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>Fields of the body that the page requires.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Fields of the body that the page lists beside the required ones.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    /// <summary>The values of the placeholders; null when the path is another.</summary>
    internal Dictionary<string, string>? Match(string method, string path)
    {
        var (wanted, given) = (Template.Split('/'), path.Split('/'));
        if (method != Method || wanted.Length != given.Length)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        foreach (var (template, segment) in wanted.Zip(given))
        {
            var suffix = template[(template.LastIndexOf('}') + 1)..];
            if (!template.StartsWith('{'))
            {
                if (template != segment)
                {
                    return null;
                }
            }
            else if (segment.Length > suffix.Length && segment.EndsWith(suffix, StringComparison.Ordinal) && (suffix.Length > 0 || !segment.EndsWith(".diff", StringComparison.Ordinal)))
            {
                values[template[1..^(suffix.Length + 1)]] = Uri.UnescapeDataString(segment[..^suffix.Length]);
            }
            else
            {
                return null;
            }
        }

        return values;
    }
}

/// <summary>What goes wrong with a request.</summary>
public enum ForgeFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>503, and nothing was done.</summary>
    Unavailable,

    /// <summary>The connection is dropped, and nothing was done.</summary>
    DropBefore,

    /// <summary>It is done, and the connection is dropped before the answer.</summary>
    DropAfter,

    /// <summary>It is done, and the answer is 500.</summary>
    ErrorAfter,

    /// <summary>It is done, and half of the answer comes as if it were all.</summary>
    Truncate,

    /// <summary>Refused for the limit of requests; the headers say until when.</summary>
    Limit,

    /// <summary>Refused for too many requests at once; Retry-After says how long.</summary>
    SecondaryLimit,
}
