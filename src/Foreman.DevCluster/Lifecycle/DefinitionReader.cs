using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Reads a CustomResourceDefinition into the definition of a served kind, or reports its errors.</summary>
internal static class DefinitionReader
{
    public static ResourceDefinition? Read(JsonObject crd, FieldErrors errors)
    {
        var spec = crd.Object("spec");
        var names = spec.Object("names");
        var served = (spec.Array("versions") ?? []).OfType<JsonObject>().Where(version => JsonTree.AsBoolean(version["served"]) == true).ToList();
        CheckName(crd, spec, names, errors);
        if (served.Count != 1)
        {
            errors.Add(FieldError.Invalid("spec.versions", served.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), "the dev cluster serves exactly one version of a kind; mark one version as served"));
            return null;
        }

        CheckTexts(spec, names, served[0], errors);
        if (served[0].Object("schema").Object("openAPIV3Schema") is not { } schema)
        {
            errors.Add(FieldError.Required("spec.versions[0].schema.openAPIV3Schema", "schemas are required"));
            return null;
        }

        try
        {
            var parsed = SchemaParser.Parse(schema);
            var rules = errors.Count > 0 ? null : RuleReader.Read(parsed, errors);
            return errors.Count > 0 ? null : Build(spec!, names!, served[0], parsed) with { Rules = rules };
        }
        catch (FormatException error)
        {
            errors.Add(FieldError.Invalid("spec.versions[0].schema.openAPIV3Schema", "\"\"", error.Message));
            return null;
        }
    }

    private static void CheckTexts(JsonObject? spec, JsonObject? names, JsonObject version, FieldErrors errors)
    {
        foreach (var (at, name, field) in (ReadOnlySpan<(JsonObject?, string, string)>)
        [
            (spec, "group", "spec.group"), (names, "kind", "spec.names.kind"), (names, "plural", "spec.names.plural"), (version, "name", "spec.versions[0].name"),
        ])
        {
            if (string.IsNullOrEmpty(at.Text(name)))
            {
                errors.Add(FieldError.Required(field));
            }
        }
    }

    private static void CheckName(JsonObject crd, JsonObject? spec, JsonObject? names, FieldErrors errors)
    {
        var name = crd.Object("metadata").Text("name") ?? "";
        var wanted = $"{names.Text("plural")}.{spec.Text("group")}";
        if (name != wanted)
        {
            errors.Add(FieldError.Invalid("metadata.name", $"\"{name}\"", "must be spec.names.plural+\".\"+spec.group"));
        }
    }

    private static ResourceDefinition Build(JsonObject spec, JsonObject names, JsonObject version, StructuralSchema schema)
    {
        var kind = names.Text("kind")!;
        var columns = (version.Array("additionalPrinterColumns") ?? []).OfType<JsonObject>().Select(ToColumn).ToList();
        return new ResourceDefinition(
            spec.Text("group")!,
            version.Text("name")!,
            new ResourceNames(kind, names.Text("listKind") ?? kind + "List", names.Text("plural")!, names.Text("singular") ?? Lower(kind))
            {
                ShortNames = Strings(names.Array("shortNames")),
                Categories = Strings(names.Array("categories")),
            },
            spec.Text("scope") == "Namespaced",
            schema)
        {
            Custom = true,
            HasStatus = version.Object("subresources")?.ContainsKey("status") == true,
            SelectableFields = [.. (version.Array("selectableFields") ?? []).OfType<JsonObject>().Select(field => (field.Text("jsonPath") ?? "").TrimStart('.'))],
            DeprecationWarning = JsonTree.AsBoolean(version["deprecated"]) == true
                ? version.Text("deprecationWarning") ?? $"{spec.Text("group")}/{version.Text("name")} {kind} is deprecated"
                : null,
            Columns = columns.Count > 0 ? columns : [new PrinterColumn("Age", "date", ".metadata.creationTimestamp")],
        };
    }

    private static PrinterColumn ToColumn(JsonObject json)
    {
        var path = json.Text("jsonPath") ?? "";
        return new PrinterColumn(
            json.Text("name") ?? "",
            json.Text("type") ?? "string",
            path,
            (int)(JsonTree.AsInteger(json["priority"]) ?? 0),
            json.Text("format") ?? "",
            json.Text("description") ?? $"Custom resource definition column (in JSONPath format): {path}");
    }

#pragma warning disable CA1308 // Kubernetes names are lower case.
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308

    private static List<string> Strings(JsonArray? array) => [.. (array ?? []).Select(JsonTree.AsText).OfType<string>()];
}
