using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Selection;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Tables;

namespace Foreman.DevCluster.Watching;

/// <summary>Turns changes into watch events for a selection: objects that enter it are ADDED, those that leave it DELETED.</summary>
internal sealed class WatchFrames(ObjectView view, ObjectSelection selection)
{
    private long _sent;
    private bool _columnsSent;

    public void State(PipeWriter writer, ObjectSnapshot snapshot, WatchRequest request)
    {
        foreach (var item in snapshot.Objects.Values.Where(selection.Matches))
        {
            Object(writer, "ADDED"u8, item);
        }

        _sent = snapshot.ResourceVersion;
        if (request.Initial && request.Bookmarks)
        {
            Bookmark(writer, snapshot.ResourceVersion, new JsonObject { ["k8s.io/initial-events-end"] = "true" });
        }
    }

    public void Changes(PipeWriter writer, IEnumerable<StoreEvent> changes)
    {
        foreach (var change in changes)
        {
            Change(writer, change);
        }
    }

    public void Item(PipeWriter writer, WatchItem item)
    {
        if (item.Change is { } change)
        {
            Change(writer, change);
        }
        else
        {
            Bookmark(writer, Math.Max(item.ResourceVersion, _sent), null);
        }
    }

    public static void Error(PipeWriter writer, ApiException error) => Line(writer, "ERROR"u8, JsonTree.ToUtf8(error.ToStatus()));

    private void Change(PipeWriter writer, StoreEvent change)
    {
        _sent = change.ResourceVersion;
        var was = change.Before is { } before && selection.Matches(before);
        var isNow = change.After is { } after && selection.Matches(after);
        if (isNow)
        {
            Object(writer, was ? "MODIFIED"u8 : "ADDED"u8, change.After!);
        }
        else if (was)
        {
            Object(writer, "DELETED"u8, change.Last);
        }
    }

    private void Object(PipeWriter writer, ReadOnlySpan<byte> type, StoredObject item)
    {
        Line(writer, type, view.Show(item, withColumns: !_columnsSent).Span);
        _columnsSent = true;
    }

    private void Bookmark(PipeWriter writer, long resourceVersion, JsonObject? annotations)
    {
        var metadata = new JsonObject { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (annotations is not null)
        {
            metadata["annotations"] = annotations;
        }

        var shape = view.Kind switch
        {
            RepresentationKind.Table => TableView.Build(view.Type, [], metadata, view.Table),
            RepresentationKind.Metadata => new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
            _ => new JsonObject { ["kind"] = view.Type.Kind, ["apiVersion"] = view.Type.GroupVersion, ["metadata"] = metadata },
        };
        Line(writer, "BOOKMARK"u8, JsonTree.ToUtf8(shape));
    }

    private static void Line(PipeWriter writer, ReadOnlySpan<byte> type, ReadOnlySpan<byte> json)
    {
        writer.Write("{\"type\":\""u8);
        writer.Write(type);
        writer.Write("\",\"object\":"u8);
        writer.Write(json);
        writer.Write("}\n"u8);
    }
}
