using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.CrdGen;

/// <summary>All that is generated about one kind.</summary>
public sealed record KindModel
{
    /// <summary>Group, version, kind, plural and scope.</summary>
    public required ResourceType Type { get; init; }

    /// <summary>Short names, selectable fields, subresource.</summary>
    public required CustomResourceAttribute Resource { get; init; }

    /// <summary>Columns of kubectl get, in order.</summary>
    public required IReadOnlyList<PrinterColumnAttribute> Columns { get; init; }

    /// <summary>Schema of the whole object.</summary>
    public required SchemaNode Schema { get; init; }

    /// <summary>Name of the CustomResourceDefinition.</summary>
    public string DefinitionName => $"{Type.Plural}.{Type.Group}";
}
