using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// RFC 6902, with the API server's errors: any failing operation (a failed test, an absent path, an unknown operation) is a
/// 422 with empty details. A test of an absent path passes only against null. Copies of more than 3 MiB in all fail too, as in the
/// API server.
/// </summary>
internal static class JsonPatch
{
    private const int MaxOperations = 10_000;
    private static readonly string[] Texts = ["op", "path", "from"];

    /// <exception cref="ApiException">
    /// 400 when the patch is no array of operations, 413 when it is too long or takes too much work, 422 when an operation is refused.
    /// </exception>
    public static JsonObject Apply(JsonObject root, JsonNode? patch)
    {
        if (patch is not JsonArray operations || operations.Any(operation => operation is not JsonObject map || !HasTypes(map)))
        {
            throw ApiErrors.BadRequest("error decoding patch: a JSON Patch is an array of operations");
        }

        if (operations.Count > MaxOperations)
        {
            throw new ApiException(413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }

        // A parent above the root lets the path "" be handled like any other.
        var holder = new JsonObject { ["root"] = root.DeepClone() };
        var budget = new PatchBudget();
        foreach (var operation in operations)
        {
            Run(holder, (JsonObject)operation!, budget);
        }

        var result = holder["root"] as JsonObject ?? throw ApiErrors.PatchRejected();
        holder.Remove("root");
        return result;
    }

    // The API server decodes an operation into texts; an absent one is empty.
    private static bool HasTypes(JsonObject operation) =>
        Array.TrueForAll(Texts, name => operation[name] is null || operation.Text(name) is not null);

    private static void Run(JsonObject holder, JsonObject operation, PatchBudget budget)
    {
        var path = operation.Text("path") ?? throw ApiErrors.PatchRejected();
        switch (operation.Text("op"))
        {
            case "add":
                Put(JsonPointer.Of(holder, path, budget), Value(operation), budget, JsonPointer.Add);
                break;
            case "replace":
                Put(JsonPointer.Of(holder, path, budget), Value(operation), budget, JsonPointer.Replace);
                break;
            case "remove":
                JsonPointer.Of(holder, path, budget).Remove(budget);
                break;
            case "test":
                Test(JsonPointer.Of(holder, path, budget), operation["value"]);
                break;
            case "copy":
                Copy(holder, From(operation), path, budget);
                break;
            case "move":
                Move(holder, From(operation), path, budget);
                break;
            default:
                throw ApiErrors.PatchRejected();
        }
    }

    private static string From(JsonObject operation) => operation.Text("from") ?? throw ApiErrors.PatchRejected();

    /// <summary>An absent value means null, as in the API server.</summary>
    private static JsonNode? Value(JsonObject operation) => operation["value"]?.DeepClone();

    private static void Test(JsonPointer at, JsonNode? wanted)
    {
        if (!JsonTree.Same(at.Read(), wanted))
        {
            throw ApiErrors.PatchRejected();
        }
    }

    private static void Copy(JsonObject holder, string from, string path, PatchBudget budget)
    {
        var source = JsonPointer.Of(holder, from, budget).Read();
        budget.Copy(source);
        Put(JsonPointer.Of(holder, path, budget), source?.DeepClone(), budget, JsonPointer.Add);
    }

    private static void Move(JsonObject holder, string from, string path, PatchBudget budget)
    {
        var source = JsonPointer.Of(holder, from, budget);
        if (!source.Exists)
        {
            throw ApiErrors.PatchRejected();
        }

        var value = source.Read();
        source.Remove(budget);
        var target = JsonPointer.Of(holder, path, budget);

        // Where a value moves no deeper, the tree gets no deeper.
        if (target.Depth > source.Depth)
        {
            budget.CheckDepth(value, target.Depth);
        }

        JsonPointer.Add(target, value, budget);
    }

    private static void Put(JsonPointer at, JsonNode? value, PatchBudget budget, Action<JsonPointer, JsonNode?, PatchBudget> put)
    {
        budget.CheckDepth(value, at.Depth);
        put(at, value, budget);
    }
}
