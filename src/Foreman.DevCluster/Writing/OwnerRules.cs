using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Writing;

/// <summary>Validates metadata.ownerReferences: complete entries, at most one controller.</summary>
internal static class OwnerRules
{
    private const string FieldPath = "metadata.ownerReferences";

    public static void Check(JsonArray? owners, FieldErrors errors)
    {
        var controllers = new List<string>();
        foreach (var owner in (owners ?? []).OfType<JsonObject>())
        {
            Require(owner, "apiVersion", "version must not be empty", errors);
            Require(owner, "kind", "must not be empty", errors);
            Require(owner, "name", "must not be empty", errors);
            Require(owner, "uid", "must not be empty", errors);
            if (JsonTree.AsBoolean(owner["controller"]) == true)
            {
                controllers.Add(owner.Text("name") ?? "");
            }
        }

        if (controllers.Count > 1)
        {
            errors.Add(FieldError.Invalid(
                FieldPath, JsonTree.ToText(owners), $"Only one reference can have Controller set to true. Found \"true\" in references for {string.Join(" and ", controllers)}"));
        }
    }

    private static void Require(JsonObject owner, string name, string fault, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(owner.Text(name)))
        {
            errors.Add(FieldError.Invalid($"{FieldPath}.{name}", "\"\"", fault));
        }
    }
}
