using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Tables;

namespace Foreman.DevCluster.Routing;

/// <summary>Shows single objects of one kind in the representation that was negotiated.</summary>
internal sealed record ObjectView(ResourceDefinition Type, RepresentationKind Kind, string Include, TimeProvider Time)
{
    public TableRequest Table => new(Time.GetUtcNow(), Include);

    public ReadOnlyMemory<byte> Show(StoredObject item) => Kind switch
    {
        RepresentationKind.Table => JsonTree.ToUtf8(TableView.Build(Type, [item], TableView.ListMetadata(item.ResourceVersion), Table)),
        RepresentationKind.Metadata => JsonTree.ToUtf8(TableView.Metadata(item)),
        _ => item.Utf8,
    };
}
