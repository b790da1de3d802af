using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Protobuf;

/// <summary>One field of a message: its JSON name, its type, and whether it is a list or a map.</summary>
internal sealed record MessageField(string Name, string Type, bool Repeated, bool Map);

/// <summary>The known messages, read from embedded YAML.</summary>
internal static class MessageTypes
{
    private static readonly Dictionary<string, Dictionary<int, MessageField>> Known = Load();

    /// <summary>Null for an unknown message.</summary>
    public static IReadOnlyDictionary<int, MessageField>? Find(string kind) => Known.GetValueOrDefault(kind);

    private static Dictionary<string, Dictionary<int, MessageField>> Load() =>
        ((JsonObject)EmbeddedYaml.Read("messages.yaml")[0]).ToDictionary(
            message => message.Key,
            message => message.Value!.AsObject().ToDictionary(field => int.Parse(field.Key, CultureInfo.InvariantCulture), field => Parse(JsonTree.AsText(field.Value)!)),
            StringComparer.Ordinal);

    private static MessageField Parse(string text)
    {
        var (name, type) = (text.Split(' ')[0], text.Split(' ')[1]);
        return new MessageField(name, type.TrimStart('*').Replace("map:", "", StringComparison.Ordinal), type.StartsWith('*'), type.StartsWith("map:", StringComparison.Ordinal));
    }
}
