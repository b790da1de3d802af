using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Tables;

/// <summary>Builds <c>meta.k8s.io/v1 Table</c> answers, which is what kubectl get prints.</summary>
internal static class TableView
{
    private const string NameDescription = "The object's name, unique within its namespace and kind.";
    private static readonly ConditionalWeakTable<ResourceDefinition, TableCells[]> Cells = [];

    public static JsonObject Build(ResourceDefinition type, IEnumerable<StoredObject> items, JsonObject metadata, TableRequest request)
    {
        var cells = Cells.GetValue(type, static definition => [.. definition.Columns.Select(column => new TableCells(column))]);
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = new JsonArray([.. Columns(type).Select(column => (JsonNode)column)]),
            ["rows"] = new JsonArray([.. items.Select(item => (JsonNode)Row(item, cells, NamesItself(type), request))]),
        };
    }

    /// <summary>The table without column definitions, for later events of a watch.</summary>
    public static JsonObject WithoutColumns(JsonObject table)
    {
        table["columnDefinitions"] = null;
        return table;
    }

    public static JsonObject ListMetadata(long resourceVersion, string? next = null, long? remaining = null)
    {
        var metadata = new JsonObject { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
        {
            metadata["continue"] = next;
        }

        if (remaining is { } count)
        {
            metadata["remainingItemCount"] = count;
        }

        return metadata;
    }

    private static IEnumerable<JsonObject> Columns(ResourceDefinition type)
    {
        var columns = type.Columns.Select(column => Column(column, type));
        return NamesItself(type) ? columns : columns.Prepend(Column(new PrinterColumn("Name", "string", "", 0, "name", NameDescription), type));
    }

    /// <summary>Events have their own Name column.</summary>
    private static bool NamesItself(ResourceDefinition type) => type.Columns.Any(column => column.Name == "Name");

    private static JsonObject Column(PrinterColumn column, ResourceDefinition type) => new()
    {
        ["name"] = column.Name,
        // Dates are sent as ages, which built-in kinds declare as strings.
        ["type"] = column.Type == "date" && !type.Custom ? "string" : column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = (long)column.Priority,
    };

    private static JsonObject Row(StoredObject item, TableCells[] cells, bool named, TableRequest request)
    {
        var values = named ? new JsonArray() : new JsonArray(item.Name.Name);
        foreach (var cell in cells)
        {
            values.Add(cell.Read(item.Root, request.Now));
        }

        var row = new JsonObject { ["cells"] = values };
        if (request.Include != "None")
        {
            row["object"] = request.Include == "Object" ? item.Root.Clone() : Metadata(item);
        }

        return row;
    }

    /// <summary>Only the metadata of an object, as <c>PartialObjectMetadata</c>.</summary>
    public static JsonObject Metadata(StoredObject item) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = item.Root.Object("metadata")?.DeepClone(),
    };
}

/// <summary>Options of a table: the time for ages, and includeObject (Metadata, Object or None).</summary>
internal sealed record TableRequest(DateTimeOffset Now, string Include);
