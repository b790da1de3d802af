using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>Kinds of patch that the API server takes.</summary>
public enum PatchType
{
    /// <summary>RFC 6902: tests and changes in one request.</summary>
    JsonPatch,

    /// <summary>RFC 7386: an object that is laid over the stored one.</summary>
    MergePatch,

    /// <summary>Kubernetes' strategic merge, for built-in kinds only.</summary>
    StrategicMergePatch,

    /// <summary>Server-side apply.</summary>
    ApplyPatch,
}

/// <summary>A patch: its kind and its JSON body.</summary>
/// <param name="Type">Kind of the patch.</param>
/// <param name="Content">Body; an array of operations for <see cref="PatchType.JsonPatch"/>, else an object.</param>
public sealed record V1Patch(PatchType Type, JsonNode Content)
{
    /// <summary>Media type that names the kind of patch to the server.</summary>
    public string MediaType => Type switch
    {
        PatchType.JsonPatch => "application/json-patch+json",
        PatchType.MergePatch => "application/merge-patch+json",
        PatchType.StrategicMergePatch => "application/strategic-merge-patch+json",
        _ => "application/apply-patch+yaml",
    };

    /// <summary>A merge patch of an object.</summary>
    public static V1Patch Merge(JsonObject body) => new(PatchType.MergePatch, body);

    /// <summary>A JSON Patch of operations, in order.</summary>
    public static V1Patch Json(params IEnumerable<JsonPatchOperation> operations) =>
        new(PatchType.JsonPatch, new JsonArray([.. operations.Select(o => o.ToJson())]));

    /// <summary>
    /// Tells why a server refused a JSON Patch (<see cref="KubernetesException.IsTestFailed"/>): its answer is the same for a failed test
    /// and an absent path, so read the object again and compare.
    /// </summary>
    /// <param name="current">The object as it stands; it is not changed.</param>
    /// <returns>The first operation that does not fit; null when all fit, or when this is no JSON Patch.</returns>
    public PatchMismatch? FirstMismatch(JsonObject current) => Content is JsonArray operations ? PatchCheck.First(operations, current) : null;
}

/// <summary>One operation of a JSON Patch (RFC 6902).</summary>
/// <param name="Op"><c>test</c>, <c>add</c>, <c>replace</c> or <c>remove</c>.</param>
/// <param name="Path">JSON Pointer (RFC 6901) of the place.</param>
/// <param name="Value">The value; absent for <c>remove</c>.</param>
public sealed record JsonPatchOperation(string Op, string Path, JsonNode? Value = null)
{
    /// <summary>The write fails unless the place holds this value.</summary>
    public static JsonPatchOperation Test(string path, JsonNode value) => new("test", path, value);

    /// <summary>Sets or inserts; the parent must be there.</summary>
    public static JsonPatchOperation Add(string path, JsonNode value) => new("add", path, value);

    /// <summary>Changes what is there; fails when it is absent.</summary>
    public static JsonPatchOperation Replace(string path, JsonNode value) => new("replace", path, value);

    /// <summary>Takes away what is there; fails when it is absent.</summary>
    public static JsonPatchOperation Remove(string path) => new("remove", path);

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["op"] = Op, ["path"] = Path };
        if (Op != "remove")
        {
            json["value"] = Value?.DeepClone();
        }

        return json;
    }
}
