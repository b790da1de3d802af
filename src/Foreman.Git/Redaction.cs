using System.Text.Json.Nodes;

namespace Foreman.Git;

/// <summary>Leaves keys and tokens out of texts that leave the host: results, logs of checks, messages. What was left out is said. It is one for all of them, so that no way out knows fewer.</summary>
public sealed class Redaction
{
    private readonly SecretScan _scan;

    /// <summary>Knows some secret values besides the forms of keys and tokens.</summary>
    /// <param name="known">As <see cref="ICredentialBroker.Secrets"/>.</param>
    public Redaction(IReadOnlyCollection<string> known) => _scan = new SecretScan(known);

    /// <summary>Knows the forms of keys and tokens only.</summary>
    public static Redaction OfForms { get; } = new([]);

    /// <summary>A text of any number of lines. It is to be called before a text is cut: of half a key no form is known.</summary>
    /// <param name="text">From a model, a command or an exception.</param>
    /// <returns>The text without words that hold a secret and without all of a private key; nothing of it when a known value stands in pieces on several lines.</returns>
    public string Text(string text) => _scan.WithoutWords(text);

    /// <summary>A copy of a JSON value with all texts and names in it as <see cref="Text"/> gives them.</summary>
    /// <param name="node">Of valid text; null for null.</param>
    public JsonNode? Json(JsonNode? node) => node switch
    {
        JsonObject members => Members(members),
        JsonArray items => new JsonArray([.. items.Select(Json)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Text(text)),
        _ => node?.DeepClone(),
    };

    /// <summary>A copy of an object; see <see cref="Json"/>.</summary>
    /// <param name="members">Of valid text.</param>
    public JsonObject Members(JsonObject members)
    {
        var shown = new JsonObject();
        foreach (var (name, value) in members)
        {
            shown[Text(name)] = Json(value);
        }

        return shown;
    }
}
