using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Protobuf;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Schema;
using YamlDotNet.Core;

namespace Foreman.DevCluster.Writing;

/// <summary>Decodes and checks objects of requests: type, unknown and duplicate fields.</summary>
internal static class ObjectDecoder
{
    /// <summary>Reads a whole object sent by POST or PUT, in any of the media types.</summary>
    /// <exception cref="ApiException">400 when it can't be read, 415 for another media type.</exception>
    public static DecodedJson Decode(string mediaType, ReadOnlyMemory<byte> body, string kind) => mediaType switch
    {
        "" or "application/json" => Decode(body.Span, kind),
        ProtobufDecoder.MediaType => new DecodedJson(ProtobufDecoder.Decode(body.Span), []),
        "application/yaml" => DecodeYaml(body, kind),
        _ => throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml", ProtobufDecoder.MediaType),
    };

    /// <summary>Reads a whole object sent as JSON.</summary>
    public static DecodedJson Decode(ReadOnlySpan<byte> body, string kind)
    {
        try
        {
            return Whole(JsonDecoder.Decode(body), kind);
        }
        catch (JsonException error)
        {
            throw Unrecognized(kind, $"couldn't get version/kind; json parse error: {error.Message}");
        }
    }

    /// <summary>Reads a whole object sent as YAML.</summary>
    private static DecodedJson DecodeYaml(ReadOnlyMemory<byte> body, string kind)
    {
        try
        {
            return Whole(PatchBody.DecodeYaml(body), kind);
        }
        catch (YamlException error)
        {
            throw Unrecognized(kind, $"yaml: {error.Message}");
        }
    }

    /// <summary>
    /// Rejects values of the wrong type in built-in kinds as decoding errors, after dropping nulls and empty maps and lists
    /// as the API server's decoder does.
    /// </summary>
    public static void CheckTypes(JsonObject root, ResourceDefinition type, bool isPatch)
    {
        if (type.Custom)
        {
            return;
        }

        EmptyFields.Drop(root, type.Schema);
        var errors = new FieldErrors(FieldError.WrongType);
        SchemaValidator.Validate(root, type.Schema, FieldPath.Root, errors);
        if (errors.Count > 0)
        {
            var message = $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: json: {errors[0]}";
            throw isPatch ? ApiErrors.Invalid("", "", "", [FieldError.Invalid("patch", JsonTree.ToText(JsonTree.ToText(root)), message)]) : ApiErrors.BadRequest(message);
        }
    }

    private static DecodedJson Whole(DecodedJson decoded, string kind) => decoded.Root is JsonObject
        ? decoded
        : throw Unrecognized(kind, "couldn't get version/kind; json parse error: the body is no JSON object");

    private static ApiException Unrecognized(string kind, string fault) =>
        ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {fault}");

    /// <summary>Checks apiVersion and kind. Custom resources must have both; built-in kinds may omit them.</summary>
    public static void CheckType(JsonObject root, ResourceDefinition type)
    {
        var version = root.Text("apiVersion") ?? "";
        var kind = root.Text("kind") ?? "";
        if (!type.Custom)
        {
            version = version.Length == 0 ? type.GroupVersion : version;
            kind = kind.Length == 0 ? type.Kind : kind;
        }

        if (version != type.GroupVersion)
        {
            throw ApiErrors.BadRequest($"the API version in the data ({version}) does not match the expected API version ({type.GroupVersion})");
        }

        if (kind != type.Kind)
        {
            var name = root.Object("metadata").Text("name") ?? "";
            throw ApiErrors.Invalid(type.Group, kind, name, [FieldError.Invalid("kind", $"\"{kind}\"", $"must be {type.Kind}")]);
        }

        root["apiVersion"] = version;
        root["kind"] = kind;
    }

    /// <summary>Prunes unknown fields and applies fieldValidation: error, warning or neither.</summary>
    public static void CheckFields(JsonObject root, ResourceDefinition type, IReadOnlyList<string> duplicates, WriteOptions options, bool isPatch)
    {
        var wholeText = isPatch && options.Validation == FieldValidation.Strict ? JsonTree.ToText(root) : "";
        var unknown = new List<string>();
        ObjectMeta.Prune(root, unknown);
        Pruning.PruneObject(root, type.Schema, unknown);
        ReportFields(duplicates, unknown, options, message => isPatch
            ? ApiErrors.Invalid("", "", "", [FieldError.Invalid("patch", JsonTree.ToText(wholeText), message)])
            : ApiErrors.BadRequest(string.Create(CultureInfo.InvariantCulture, $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {message}")));
    }

    /// <summary>Applies fieldValidation to duplicate and unknown fields: an error, warnings or neither.</summary>
    public static void ReportFields(IReadOnlyList<string> duplicates, IReadOnlyList<string> unknown, WriteOptions options, Func<string, ApiException> refusal)
    {
        var faults = duplicates.Select(path => $"duplicate field \"{path}\"").Concat(unknown.Select(path => $"unknown field \"{path}\"")).ToList();
        if (faults.Count == 0 || options.Validation == FieldValidation.Ignore)
        {
            return;
        }

        if (options.Validation == FieldValidation.Strict)
        {
            throw refusal("strict decoding error: " + string.Join(", ", faults));
        }

        options.Warnings.AddRange(faults);
    }
}
