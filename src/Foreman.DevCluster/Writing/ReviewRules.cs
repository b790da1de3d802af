using System.Text.Json.Nodes;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Writing;

/// <summary>Checks access reviews, with the API server's codes and messages.</summary>
internal static class ReviewRules
{
    private const string Group = "authorization.k8s.io";

    private static readonly string[] Ignored = ["namespace", "managedFields", "creationTimestamp"];

    private static readonly Dictionary<string, StructuralSchema> Schemas = EmbeddedYaml.Read("reviews.yaml")[0].AsArray().OfType<JsonObject>().ToDictionary(
        kind => kind.Text("kind")!,
        kind => SchemaParser.Parse(new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["spec"] = new JsonObject { ["type"] = "object", ["properties"] = kind["spec"]!.DeepClone() },
                ["status"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
            },
        }),
        StringComparer.Ordinal);

    /// <summary>Checks one review and prunes its unknown fields.</summary>
    /// <param name="kind">The kind that the path serves.</param>
    /// <param name="decoded">What was posted.</param>
    /// <param name="space">The namespace of the path; null for reviews of the cluster.</param>
    /// <param name="options">Whether unknown fields are refused; takes the warnings.</param>
    /// <exception cref="ApiException">400 for another kind or a value of the wrong type, 422 for a review that asks nothing or too much.</exception>
    public static void Check(string kind, DecodedJson decoded, string? space, WriteOptions options)
    {
        var root = (JsonObject)decoded.Root!;
        var (version, given) = (root.Text("apiVersion") ?? "", root.Text("kind") ?? "");
        if (version is not ("" or Group + "/v1") || (given.Length > 0 && given != kind))
        {
            throw ApiErrors.BadRequest($"{given} in version \"{version}\" cannot be handled as a {kind}: unknown conversion");
        }

        root["apiVersion"] = Group + "/v1";
        root["kind"] = kind;
        CheckFields(kind, decoded, options);
        var errors = new FieldErrors();
        CheckAttributes(root.Object("spec"), errors);
        CheckMetadata(root.Metadata(), space, errors);
        CheckSubject(kind, root.Object("spec"), space, errors);
        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid(Group, "", "", errors);
        }
    }

    private static void CheckFields(string kind, DecodedJson decoded, WriteOptions options)
    {
        var root = (JsonObject)decoded.Root!;
        var schema = Schemas[kind];
        var types = new FieldErrors(FieldError.WrongType);
        EmptyFields.Drop(root, schema);
        SchemaValidator.Validate(root, schema, FieldPath.Root, types);
        if (root["metadata"] is not (null or JsonObject))
        {
            types.Add(FieldError.Type("metadata", "string", "object"));
        }

        if (types.Count > 0)
        {
            throw ApiErrors.BadRequest($"{kind} in version \"v1\" cannot be handled as a {kind}: json: {types[0]}");
        }

        var unknown = new List<string>();
        Pruning.PruneObject(root, schema, unknown);
        ObjectDecoder.ReportFields(decoded.Duplicates, unknown, options, message => ApiErrors.BadRequest($"{kind} in version \"v1\" cannot be handled as a {kind}: {message}"));
    }

    private static void CheckAttributes(JsonObject? spec, FieldErrors errors)
    {
        var (resource, path) = (spec.Object("resourceAttributes"), spec.Object("nonResourceAttributes"));
        if (resource is not null && path is not null)
        {
            errors.Add(FieldError.Invalid("spec.nonResourceAttributes", JsonTree.ToText(path), "cannot be specified in combination with resourceAttributes"));
        }
        else if (resource is null && path is null)
        {
            errors.Add(FieldError.Invalid("spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
    }

    private static void CheckMetadata(JsonObject metadata, string? space, FieldErrors errors)
    {
        var filled = metadata.Where(field => !IsEmpty(field.Value)).Select(field => field.Key);
        if (filled.Except(Ignored, StringComparer.Ordinal).Any())
        {
            errors.Add(FieldError.Invalid("metadata", JsonTree.ToText(metadata), space is null ? "must be empty" : "must be empty except for namespace"));
        }
    }

    // Encoders of other languages write zeros and empty texts where nothing is meant.
    private static bool IsEmpty(JsonNode? value) =>
        value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 } || JsonTree.AsInteger(value) == 0 || JsonTree.AsText(value) == "";

    private static void CheckSubject(string kind, JsonObject? spec, string? space, FieldErrors errors)
    {
        if (kind != "SelfSubjectAccessReview" && string.IsNullOrEmpty(spec.Text("user")) && spec.Array("groups") is not { Count: > 0 })
        {
            errors.Add(FieldError.Invalid("spec.user", "\"\"", "at least one of user or group must be specified"));
        }

        if (space is not null && spec.Object("resourceAttributes") is { } resource && resource.Text("namespace") != space)
        {
            errors.Add(FieldError.Invalid("spec.resourceAttributes.namespace", $"\"{resource.Text("namespace")}\"", "must match metadata.namespace"));
        }
    }
}
