using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Tables;

namespace Foreman.DevCluster.Routing;

/// <summary>Renders objects of one kind in the negotiated representation.</summary>
internal sealed record ObjectView(ResourceDefinition Type, RepresentationKind Kind, string Include, TimeProvider Time)
{
    public TableRequest Table => new(Time.GetUtcNow(), Include);

    /// <summary>One object. Of the tables in a watch only the first one has columns.</summary>
    public ReadOnlyMemory<byte> Show(StoredObject item, bool withColumns = true) => Kind switch
    {
        RepresentationKind.Table when withColumns => JsonTree.ToUtf8(AsTable(item)),
        RepresentationKind.Table => JsonTree.ToUtf8(TableView.WithoutColumns(AsTable(item))),
        RepresentationKind.Metadata => JsonTree.ToUtf8(TableView.Metadata(item)),
        _ => item.Utf8,
    };
    /// <summary>An object within a list: items of built-in kinds omit apiVersion and kind.</summary>
    public ReadOnlyMemory<byte> ShowItem(StoredObject item) =>
        Kind == RepresentationKind.Full && !Type.Custom ? JsonTree.ToUtf8Without(item.Root, "apiVersion", "kind") : Show(item);

    private JsonObject AsTable(StoredObject item) => TableView.Build(Type, [item], TableView.ListMetadata(item.ResourceVersion), Table);
}
