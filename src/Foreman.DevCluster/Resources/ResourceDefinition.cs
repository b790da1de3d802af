using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Resources;

/// <summary>One column of <c>kubectl get</c>: a JSON path into the object and how its value is shown.</summary>
internal sealed record PrinterColumn(string Name, string Type, string Path, int Priority = 0, string Format = "", string Description = "");

/// <summary>The names of a kind, as discovery shows them.</summary>
internal sealed record ResourceNames(string Kind, string ListKind, string Plural, string Singular)
{
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];
}

/// <summary>A kind that the cluster serves, built in or defined by a CustomResourceDefinition. Immutable; a changed definition is a new one.</summary>
internal sealed record ResourceDefinition(string Group, string Version, ResourceNames Names, bool Namespaced, StructuralSchema Schema)
{
    public bool HasStatus { get; init; }

    /// <summary>False for built-in kinds, which differ in patch types and in some messages.</summary>
    public bool Custom { get; init; }

    /// <summary>Paths that field selectors may name besides metadata.name and metadata.namespace, without a leading dot.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>Warning for clients of a deprecated version; null for other versions.</summary>
    public string? DeprecationWarning { get; init; }

    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>The CEL rules of the schema; null when it has none.</summary>
    public SchemaRules? Rules { get; init; }

    public string Kind => Names.Kind;

    public string Plural => Names.Plural;

    public string GroupVersion => Group.Length == 0 ? Version : Group + "/" + Version;

    /// <summary>Key of the kind's objects in the store, shared by its versions.</summary>
    public string GroupResource => Group.Length == 0 ? Plural : Plural + "." + Group;
}
