using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Checks the type of a value. As in the API server, messages name the format where there is one.</summary>
internal static class TypeRules
{
    public static FieldError? Check(JsonNode? node, StructuralSchema schema, FieldPath path)
    {
        var wanted = schema.IntOrString ? "integer,string" : schema.Type;
        if (wanted.Length == 0)
        {
            return null;
        }

        var (found, format) = Describe(node);
        var fits = Fits(node, found, wanted);
        if (fits)
        {
            return null;
        }

        var byFormat = node is JsonObject or JsonValue && found != "string" && schema.Format.Length > 0;
        return byFormat ? FieldError.Type(path.ToString(), format, schema.Format) : FieldError.Type(path.ToString(), found, wanted);
    }

    private static bool Fits(JsonNode? node, string found, string wanted) =>
        wanted.Contains(found, StringComparison.Ordinal)
        || (wanted == "number" && found == "integer")
        || (found == "number" && wanted.Contains("integer", StringComparison.Ordinal) && JsonTree.AsNumber(node) is { } number && double.IsInteger(number));

    private static (string Type, string Format) Describe(JsonNode? node) => node switch
    {
        null => ("null", ""),
        JsonObject => ("object", ""),
        JsonArray => ("array", ""),
        _ when JsonTree.AsText(node) is not null => ("string", ""),
        _ when JsonTree.AsBoolean(node) is not null => ("boolean", ""),
        _ when JsonTree.AsInteger(node) is not null => ("integer", "int64"),
        _ => ("number", "float64"),
    };
}
