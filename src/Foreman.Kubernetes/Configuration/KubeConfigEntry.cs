using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Foreman.Kubernetes;

/// <summary>One cluster, user or context of a kubeconfig: its values by key and its location.</summary>
/// <param name="File">File of the entry.</param>
/// <param name="Location">Path of the entry in the file, for example <c>users[admin].user</c>.</param>
/// <param name="Values">The entry's keys.</param>
internal sealed record KubeConfigEntry(string File, string Location, YamlMappingNode? Values)
{
    /// <summary>Full path of a key, for messages.</summary>
    public string Path(string key) => $"{Location}.{key}";

    public bool Has(string key) => Node(key) is { } node && !IsNull(node);

    /// <summary>A text, or null when the key is absent or empty.</summary>
    public string? Text(string key) => Node(key) switch
    {
        null => null,
        var node when IsNull(node) => null,
        YamlScalarNode scalar => scalar.Value,
        _ => throw Error(key, "is not a text", "Write a text there"),
    };

    public bool Flag(string key) => Text(key) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Error(key, $"`{other}` is neither true nor false", "Write true or false there"),
    };

    /// <summary>A list of texts; empty when the key is absent.</summary>
    public IReadOnlyList<string> Texts(string key) => Node(key) switch
    {
        null => [],
        var node when IsNull(node) => [],
        YamlSequenceNode list => [.. list.Children.Select((item, i) => item is YamlScalarNode { Value: { } text } ? text : throw Error($"{key}[{i}]", "is not a text", "Write a text there"))],
        _ => throw Error(key, "is not a list", "Write a list of texts there"),
    };

    /// <summary>A map below this one; null when the key is absent.</summary>
    public KubeConfigEntry? Map(string key) => Node(key) switch
    {
        null => null,
        var node when IsNull(node) => null,
        YamlMappingNode map => new(File, Path(key), map),
        _ => throw Error(key, "is not a map", "Write a map there"),
    };

    /// <summary>A list of maps; empty when the key is absent.</summary>
    public IReadOnlyList<KubeConfigEntry> Maps(string key) => Node(key) switch
    {
        null => [],
        var node when IsNull(node) => [],
        YamlSequenceNode list => [.. list.Children.Select((item, i) => item is YamlMappingNode map
            ? new KubeConfigEntry(File, $"{Path(key)}[{i}]", map)
            : throw Error($"{key}[{i}]", "is not a map", "Write a map there"))],
        _ => throw Error(key, "is not a list", "Write a list of maps there"),
    };

    /// <summary>Names of the keys.</summary>
    public IEnumerable<string> Keys => Values?.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "") ?? [];

    /// <summary>The value of a key as JSON.</summary>
    public JsonNode? Json(string key) => Node(key) is { } node ? YamlToJson.Convert(node) : null;

    /// <summary>A path, taken relative to the folder of the kubeconfig as kubectl does.</summary>
    public string? FilePath(string key)
    {
        if (Text(key) is not { } path)
        {
            return null;
        }

        return path.Contains('\0', StringComparison.Ordinal)
            ? throw Error(key, "is no path", "Write the path of a file there")
            : System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(File) ?? ".");
    }

    /// <summary>Text under <c>key-data</c> (base64) or in the file named by <c>key</c>; the data wins, as in kubectl.</summary>
    public (string Pem, string Key)? Pem(string key)
    {
        var dataKey = key + "-data";
        if (Text(dataKey) is { } data)
        {
            return (Decode(data, dataKey), dataKey);
        }

        return FilePath(key) is { } path ? (PemFiles.ReadText(path, File, Path(key)), key) : null;
    }

    /// <summary>The file named by <c>key</c>; null when the data stands in the kubeconfig itself.</summary>
    public string? PemFile(string key) => Text(key + "-data") is null ? FilePath(key) : null;

    public KubeConfigException Error(string key, string problem, string remedy) => new(File, Path(key), problem, remedy);

    private string Decode(string data, string key)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            throw Error(key, "is not base64", "Put the base64 text of a PEM file there");
        }
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Value: null or "" } or YamlScalarNode { Value: "~" or "null", Style: ScalarStyle.Plain };

    private YamlNode? Node(string key) => Values is not null && Values.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
}
