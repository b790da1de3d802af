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
    // What is written and not yet flushed lies in memory, for each watch of its own.
    private const int FlushAt = 256 * 1024;

    private long _sent;
    private bool _columnsSent;
    private int _unflushed;

    public async Task StateAsync(PipeWriter writer, ObjectSnapshot snapshot, WatchRequest request, CancellationToken cancellationToken)
    {
        foreach (var item in snapshot.Objects.Values.Where(selection.Matches))
        {
            Object(writer, "ADDED"u8, item);
            await FlushIfLargeAsync(writer, cancellationToken);
        }

        _sent = snapshot.ResourceVersion;
        if (request.Initial && request.Bookmarks)
        {
            Bookmark(writer, snapshot.ResourceVersion, new JsonObject { ["k8s.io/initial-events-end"] = "true" });
        }
    }

    public async Task ChangesAsync(PipeWriter writer, IEnumerable<StoreEvent> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            Change(writer, change);
            await FlushIfLargeAsync(writer, cancellationToken);
        }
    }

    public async ValueTask ItemAsync(PipeWriter writer, WatchItem item, CancellationToken cancellationToken)
    {
        if (item.Change is { } change)
        {
            Change(writer, change);
        }
        else
        {
            Bookmark(writer, Math.Max(item.ResourceVersion, _sent), null);
        }

        await FlushIfLargeAsync(writer, cancellationToken);
    }

    private async ValueTask FlushIfLargeAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        if (_unflushed > FlushAt)
        {
            _unflushed = 0;
            await writer.FlushAsync(cancellationToken);
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
        var json = view.Show(item, withColumns: !_columnsSent);
        Line(writer, type, json.Span);
        _unflushed += json.Length;
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
