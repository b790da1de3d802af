using System.Text.Json;

namespace Foreman.Kubernetes;

/// <summary>Objects as people look at them: the columns that the server or a CustomResourceDefinition defines (meta/v1 Table).</summary>
public sealed record V1Table
{
    /// <summary>Always <c>meta.k8s.io/v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Always <c>Table</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Version of the collection and the token of the next page.</summary>
    public V1ListMeta Metadata { get => field ?? new(); init; }

    /// <summary>The columns, in the order of the cells.</summary>
    public IReadOnlyList<V1TableColumn> ColumnDefinitions { get => field ?? []; init; }

    /// <summary>One row for each object.</summary>
    public IReadOnlyList<V1TableRow> Rows { get => field ?? []; init; }
}

/// <summary>A column of a table.</summary>
public sealed record V1TableColumn
{
    /// <summary>Name for people.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>OpenAPI type of the cells, for example <c>string</c> or <c>integer</c>.</summary>
    public string? Type { get; init; }

    /// <summary>OpenAPI format; <c>name</c> for the column with the object's name.</summary>
    public string? Format { get; init; }

    /// <summary>What the column means, for people.</summary>
    public string? Description { get; init; }

    /// <summary>0 for columns that are always shown; higher ones only where there is room.</summary>
    public int Priority { get; init; }
}

/// <summary>A row of a table.</summary>
public sealed record V1TableRow
{
    /// <summary>One value for each column: a text, a number, a boolean or null.</summary>
    public IReadOnlyList<JsonElement> Cells { get => field ?? []; init; }

    /// <summary>Which object the row is about.</summary>
    public PartialObjectMetadata? Object { get; init; }
}
