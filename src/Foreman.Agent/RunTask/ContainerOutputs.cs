using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Primitives;

namespace Foreman.Agent.RunTask;

/// <summary>What a container that is the task left in the file <c>$FOREMAN_OUTPUT</c>.</summary>
/// <param name="Texts">Texts by name; empty for nothing.</param>
/// <param name="Fault">Why the file is left out; null when it is not.</param>
internal sealed record ContainerOutputs(JsonObject Texts, string? Fault)
{
    /// <summary>Most bytes of the file.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the file; without one there are no outputs.</summary>
    /// <param name="path">The file.</param>
    public static ContainerOutputs Read(string path) => BoundedText.ReadFile(path, MaxBytes) switch
    {
        null => new(new(), null),
        { Truncated: true } => new(new(), "it is larger than 64 KiB"),
        var file => Parse(file.Text),
    };

    /// <summary>Reads the text of the file: a JSON object; values that are no texts are taken as their JSON. Pure.</summary>
    /// <param name="text">The text.</param>
    internal static ContainerOutputs Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new(new(), null);
        }

        if (ForeignJson.ParseOrNull(Encoding.UTF8.GetBytes(text)) is not { ValueKind: JsonValueKind.Object } map)
        {
            return new(new(), "it is no JSON object");
        }

        var texts = new JsonObject();
        foreach (var field in map.EnumerateObject())
        {
            texts[field.Name] = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString() : field.Value.GetRawText();
        }

        return new(texts, null);
    }
}
