using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Selection;

/// <summary>The selection of a list or watch: namespace, labels and fields.</summary>
internal sealed record ObjectSelection(string? Namespace, LabelSelector? Labels, FieldSelector? Fields)
{
    public static ObjectSelection Parse(ResourceDefinition type, string? space, string? labels, string? fields) => new(
        space,
        string.IsNullOrWhiteSpace(labels) ? null : LabelSelector.Parse(labels),
        string.IsNullOrWhiteSpace(fields) ? null : FieldSelector.Parse(fields, type));

    public bool Matches(StoredObject item) =>
        (Namespace is null || item.Name.Namespace == Namespace)
        && (Labels is null || Labels.Matches(item.Root))
        && (Fields is null || Fields.Matches(item.Root));
}
