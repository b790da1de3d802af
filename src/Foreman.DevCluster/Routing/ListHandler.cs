using System.Buffers;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Selection;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Tables;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>Handles list requests, in pages when a limit is given; the items' JSON is copied from the store.</summary>
internal sealed class ListHandler(ObjectStore store)
{
    private const string Exact = "Exact";
    private readonly ListPages _pages = new();

    public async Task HandleAsync(HttpContext context, ObjectView view, ObjectSelection selection, RequestQuery query)
    {
        await WriteAsync(context, view, Read(view.Type, selection, query));
    }

    /// <summary>Writes objects as a list; they need not be in the store.</summary>
    public static Task WriteAsync(HttpContext context, ObjectView view, IReadOnlyList<StoredObject> items, long resourceVersion) =>
        WriteAsync(context, view, new ListPage(resourceVersion, items, null, null));

    private static async Task WriteAsync(HttpContext context, ObjectView view, ListPage page)
    {
        if (view.Kind == RepresentationKind.Table)
        {
            await ResponseWriter.WriteAsync(context, 200, TableView.Build(view.Type, page.Items, page.Metadata(), view.Table));
            return;
        }

        var partial = view.Kind == RepresentationKind.Metadata;
        var head = new JsonObject
        {
            ["kind"] = partial ? "PartialObjectMetadataList" : view.Type.Names.ListKind,
            ["apiVersion"] = partial ? "meta.k8s.io/v1" : view.Type.GroupVersion,
            ["metadata"] = page.Metadata(),
        };
        await WriteItemsAsync(context, head, page.Items, view);
    }

    private static async Task WriteItemsAsync(HttpContext context, JsonObject head, IReadOnlyList<StoredObject> items, ObjectView view)
    {
        context.Response.StatusCode = 200;
        context.Response.ContentType = ResponseWriter.Json;
        var writer = context.Response.BodyWriter;
        writer.Write(JsonTree.ToUtf8(head).AsSpan()[..^1]);
        writer.Write(",\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(","u8);
            }

            writer.Write(view.ShowItem(items[i]).Span);
            if (i % 64 == 63)
            {
                await writer.FlushAsync(context.RequestAborted);
            }
        }

        writer.Write("]}"u8);
        await writer.FlushAsync(context.RequestAborted);
    }

    /// <summary>The selected objects as of now, also for deletecollection.</summary>
    public IReadOnlyList<StoredObject> Select(ResourceDefinition type, ObjectSelection selection) =>
        [.. store.Snapshot(type.GroupResource).Objects.Values.Where(selection.Matches)];

    private ListPage Read(ResourceDefinition type, ObjectSelection selection, RequestQuery query)
    {
        var token = query.Text("continue") is { Length: > 0 } text ? ContinueToken.Decode(text) : null;
        var limit = query.Number("limit") ?? 0;
        CheckVersion(query, token is not null);
        var snapshot = token is not null ? _pages.Find(type.GroupResource, token.ResourceVersion)
            : query.Text("resourceVersionMatch") == Exact ? SnapshotAt(type, query.ResourceVersion()!.Value)
            : store.Snapshot(type.GroupResource);
        var candidates = token is null ? snapshot.Objects.Values : snapshot.Objects.Where(entry => entry.Key.CompareTo(token.After) > 0).Select(entry => entry.Value);
        var matching = candidates.Where(selection.Matches);
        if (limit <= 0)
        {
            return new ListPage(snapshot.ResourceVersion, [.. matching], null, null);
        }

        var all = matching.ToList();
        if (all.Count <= limit)
        {
            return new ListPage(snapshot.ResourceVersion, all, null, null);
        }

        if (token is null)
        {
            _pages.Add(type.GroupResource, snapshot);
        }

        var items = all[..(int)limit];
        var next = new ContinueToken(snapshot.ResourceVersion, items[^1].Name).Encode();
        return new ListPage(snapshot.ResourceVersion, items, next, selection is { Labels: null, Fields: null } ? all.Count - limit : null);
    }

    private ObjectSnapshot SnapshotAt(ResourceDefinition type, long version) =>
        store.SnapshotAt(type.GroupResource, version) ?? throw ApiErrors.Expired("The resourceVersion for the provided list is too old.");

    private void CheckVersion(RequestQuery query, bool continued)
    {
        var version = query.ResourceVersion();
        var match = query.Text("resourceVersionMatch") ?? "";
        if (query.Text("sendInitialEvents") is not null)
        {
            throw ListError("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }

        CheckMatch(match, version);

        if (continued && version > 0)
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }

        if (version > store.Version)
        {
            throw ApiErrors.FutureVersion(version.Value, store.Version);
        }

    }

    private static void CheckMatch(string match, long? version)
    {
        if (match.Length > 0 && version is null)
        {
            throw ListError("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }

        if (match is not ("" or Exact or "NotOlderThan"))
        {
            throw ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", [FieldError.NotSupported("resourceVersionMatch", $"\"{match}\"", ["\"Exact\"", "\"NotOlderThan\""])]);
        }

        if (match == Exact && version == 0)
        {
            throw ListError("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    public static ApiException ListError(string field, string message) =>
        ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", [FieldError.Forbidden(field, message)]);

    private sealed record ListPage(long ResourceVersion, IReadOnlyList<StoredObject> Items, string? Next, long? Remaining)
    {
        public JsonObject Metadata() => TableView.ListMetadata(ResourceVersion, Next, Remaining);
    }
}
