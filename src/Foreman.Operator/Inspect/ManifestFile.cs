using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using YamlDotNet.Core;

namespace Foreman.Operator.Inspect;

/// <summary>Reads manifests from a file: YAML or JSON, several documents, and lists as <c>kubectl get -o yaml</c> prints them.</summary>
internal static class ManifestFile
{
    // As much as its reader takes.
    private const int MaxBytes = 4 << 20;
    private const string StandardInput = "-";

    /// <summary>The objects of a file.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="console">Where that is.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ExitException">It can't be read, or is no manifest.</exception>
    public static async Task<IReadOnlyList<JsonObject>> ReadAsync(string path, ConsoleStreams console, CancellationToken stop) =>
        Parse(path == StandardInput ? await StandardInputAsync(console, stop) : Text(path, MaxBytes), path == StandardInput ? "standard input" : path);

    /// <summary>The objects of a text. Pure.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <exception cref="ExitException">It is no manifest.</exception>
    internal static IReadOnlyList<JsonObject> Parse(string text, string source)
    {
        try
        {
            return [.. YamlToJson.ConvertAll(text).SelectMany(Items)];
        }
        catch (YamlException e)
        {
            throw new ExitException(ExitCodes.Usage, $"{source}: {Printable.Line(e.Message, 500)}", e);
        }
    }

    /// <summary>An object as its type.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="source">What the file is called in messages.</param>
    /// <exception cref="ExitException">It is not one.</exception>
    public static T As<T>(JsonObject manifest, string source)
        where T : class, IResource<T>
    {
        try
        {
            return manifest.Deserialize(T.TypeInfo) ?? throw new JsonException("there is nothing");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ExitException(ExitCodes.Usage, $"{source}: {T.Type.Kind} {NameOf(manifest)}: {Printable.Line(e.Message, 500)}", e);
        }
    }

    /// <summary>The name of an object, for messages.</summary>
    public static string NameOf(JsonObject manifest) =>
        manifest["metadata"] is JsonObject meta && (meta["name"] ?? meta["generateName"]) is JsonValue value && value.TryGetValue<string>(out var name) ? Printable.Line(name) : "without a name";

    /// <summary>The kind of an object; empty when it has none.</summary>
    public static string KindOf(JsonObject manifest) => manifest["kind"] is JsonValue value && value.TryGetValue<string>(out var kind) ? kind : "";

    private static IEnumerable<JsonObject> Items(JsonObject document) => KindOf(document) is var kind && kind.EndsWith("List", StringComparison.Ordinal) && document["items"] is JsonArray items
        ? items.OfType<JsonObject>().Select(i => (JsonObject)i.DeepClone())
        : [document];

    /// <summary>The text of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Most bytes that it may have.</param>
    /// <exception cref="ExitException">It can't be read, or is larger.</exception>
    public static string Text(string path, int maxBytes)
    {
        try
        {
            var text = BoundedText.ReadFileOrThrow(path, maxBytes);
            return text.Truncated ? throw TooLarge(path, maxBytes) : text.Text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ExitException(ExitCodes.Usage, $"{path} can't be read: {e.Message}", e);
        }
    }

    private static async Task<string> StandardInputAsync(ConsoleStreams console, CancellationToken stop)
    {
        using var reader = console.In();
        var text = new StringBuilder();
        var buffer = new char[16 << 10];
        int count;
        while ((count = await reader.ReadAsync(buffer, stop)) > 0)
        {
            text.Append(buffer, 0, count);
            if (text.Length > MaxBytes)
            {
                throw TooLarge("standard input", MaxBytes);
            }
        }

        return text.ToString();
    }

    private static ExitException TooLarge(string source, int maxBytes) => new(ExitCodes.Usage, string.Create(CultureInfo.InvariantCulture, $"{source} is larger than {maxBytes >> 20} MiB"));
}
