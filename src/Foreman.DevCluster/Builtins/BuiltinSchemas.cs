using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Builtins;

/// <summary>The built-in kinds, read from the embedded YAML documents.</summary>
internal static class BuiltinSchemas
{
    public static StructuralSchema ObjectMeta { get; } = SchemaParser.Parse((JsonObject)EmbeddedYaml.Read("object-meta.yaml")[0]);

    public static IReadOnlyList<ResourceDefinition> Kinds { get; } = [.. EmbeddedYaml.Read("kinds.yaml").Select(document => ToDefinition((JsonObject)document))];

    private static ResourceDefinition ToDefinition(JsonObject json)
    {
        var names = json.Object("names")!;
        var kind = names.Text("kind")!;
        return new ResourceDefinition(
            json.Text("group") ?? "",
            json.Text("version")!,
            new ResourceNames(kind, kind + "List", names.Text("plural")!, names.Text("singular")!)
            {
                ShortNames = Strings(names.Array("shortNames")),
                Categories = Strings(names.Array("categories")),
            },
            JsonTree.AsBoolean(json["namespaced"]) == true,
            SchemaParser.Parse(json.Object("schema")!))
        {
            HasStatus = JsonTree.AsBoolean(json["status"]) == true,
            SelectableFields = Strings(json.Array("selectableFields")),
            Columns = [.. json.Array("columns")!.OfType<JsonObject>().Select(ToColumn)],
        };
    }

    /// <summary>Besides JSON paths, built-in columns can count entries, join strings or show a reference.</summary>
    private static PrinterColumn ToColumn(JsonObject json)
    {
        var path = json.Text("jsonPath")
            ?? (json.Array("count") is { } counted ? "#" + string.Join('+', Strings(counted))
                : json.Array("join") is { } joined ? "+" + string.Join('+', Strings(joined))
                : "@" + json.Text("reference"));
        return new PrinterColumn(json.Text("name")!, json.Text("type")!, path, (int)(JsonTree.AsInteger(json["priority"]) ?? 0), "", json.Text("description") ?? "");
    }

    private static List<string> Strings(JsonArray? array) => [.. (array ?? []).Select(JsonTree.AsText).OfType<string>()];
}
