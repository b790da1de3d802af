using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Patching;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using YamlDotNet.Core;

namespace Foreman.DevCluster.Routing;

/// <summary>The body of a patch request: media type and content.</summary>
internal sealed class PatchBody
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string ApplyYaml = "application/apply-patch+yaml";

    private readonly string _mediaType;
    private readonly DecodedJson _content;

    private PatchBody(string mediaType, DecodedJson content)
    {
        _mediaType = mediaType;
        _content = content;
    }

    public bool IsApply => _mediaType == ApplyYaml;

    /// <summary>The manifest of a server-side apply.</summary>
    public JsonObject Manifest => _content.Root as JsonObject ?? throw ApiErrors.BadRequest("error decoding YAML: the manifest is no object");

    public static PatchBody Read(string mediaType, ReadOnlyMemory<byte> body, ResourceDefinition type)
    {
        string[] accepted = type.Custom ? [Json, Merge, ApplyYaml] : [Json, Merge, Strategic, ApplyYaml];
        if (!accepted.Contains(mediaType, StringComparer.Ordinal))
        {
            throw ApiErrors.UnsupportedMediaType(accepted);
        }

        try
        {
            return new PatchBody(mediaType, mediaType == ApplyYaml ? DecodeYaml(body) : JsonDecoder.Decode(body.Span));
        }
        catch (Exception error) when (error is JsonException or YamlException)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {error.Message}");
        }
    }

    /// <summary>JSON is tried first, which preserves numbers and finds duplicates; YAML may begin with a brace too.</summary>
    /// <exception cref="YamlException">The text is neither.</exception>
    public static DecodedJson DecodeYaml(ReadOnlyMemory<byte> body)
    {
        if (body.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            try
            {
                return JsonDecoder.Decode(body.Span);
            }
            catch (JsonException)
            {
                // It may be YAML in flow style.
            }
        }

        return YamlDecoder.DecodeFirst(body.Span);
    }

    public DecodedJson ApplyTo(StoredObject stored) => _mediaType switch
    {
        Json => new DecodedJson(JsonPatch.Apply(stored.Root, _content.Root), _content.Duplicates),
        Merge => new DecodedJson(MergePatch.Apply(stored.Root, _content.Root), _content.Duplicates),
        _ => new DecodedJson(StrategicMergePatch.Apply(stored.Root, _content.Root), _content.Duplicates),
    };
}
