using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Builtins;

/// <summary>Reads embedded YAML documents.</summary>
internal static class EmbeddedYaml
{
    public static IReadOnlyList<JsonNode> Read(string name)
    {
        using var stream = typeof(EmbeddedYaml).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from this build.");
        using var reader = new StreamReader(stream);
        return YamlDecoder.DecodeAll(reader.ReadToEnd());
    }
}
