using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Selection;
using Foreman.DevCluster.Storage;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Watching;

/// <summary>Handles watch requests: first missed changes or the current state, then changes, one JSON object per line.</summary>
internal sealed class WatchHandler(ObjectStore store, TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(HttpContext context, ObjectView view, ObjectSelection selection, RequestQuery query)
    {
        var request = Parse(query);
        var kind = view.Type.GroupResource;
        var frames = new WatchFrames(view, selection);
        context.Response.StatusCode = 200;
        context.Response.ContentType = ResponseWriter.Json;
        var writer = context.Response.BodyWriter;
        WatchQueue queue;
        if (request.Since is { } since)
        {
            if (store.Watch(kind, since) is not { } watch)
            {
                WatchFrames.Error(writer, ApiErrors.Expired($"too old resource version: {since} ({store.Version})"));
                await writer.FlushAsync(context.RequestAborted);
                return;
            }

            queue = watch.Queue;
            frames.Changes(writer, watch.Missed);
        }
        else
        {
            var (live, snapshot) = store.WatchFromNow(kind);
            queue = live;
            frames.State(writer, snapshot, request);
        }

        try
        {
            await StreamAsync(context, queue, frames, request);
        }
        finally
        {
            store.EndWatch(kind, queue);
        }
    }

    private async Task StreamAsync(HttpContext context, WatchQueue queue, WatchFrames frames, WatchRequest request)
    {
        using var timeout = new CancellationTokenSource(request.Timeout ?? DefaultTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted, stopping);
        await using var timer = request.Bookmarks ? time.CreateTimer(_ => store.Bookmark(queue), null, BookmarkInterval, BookmarkInterval) : null;
        var writer = context.Response.BodyWriter;
        try
        {
            await writer.FlushAsync(ended.Token);
            while (await queue.Reader.WaitToReadAsync(ended.Token))
            {
                while (queue.Reader.TryRead(out var item))
                {
                    frames.Item(writer, item);
                }

                await writer.FlushAsync(ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The end of a watch is not an error: the client watches again from its last version.
        }
    }

    private static WatchRequest Parse(RequestQuery query)
    {
        var initial = query.Flag("sendInitialEvents") && query.Text("sendInitialEvents") is not null;
        var match = query.Text("resourceVersionMatch") ?? "";
        if (initial && match != "NotOlderThan")
        {
            throw ListHandler.ListError("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        if (!initial && match.Length > 0)
        {
            throw ListHandler.ListError("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }

        var since = query.ResourceVersion(ofWatch: true);
        return new WatchRequest(
            initial || since is null or 0 ? null : since,
            initial,
            query.Flag("allowWatchBookmarks") && query.Text("allowWatchBookmarks") is not null,
            query.Number("timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);
    }
}

/// <summary>Options of a watch; without <paramref name="Since"/> it starts with the current objects.</summary>
internal sealed record WatchRequest(long? Since, bool Initial, bool Bookmarks, TimeSpan? Timeout);
