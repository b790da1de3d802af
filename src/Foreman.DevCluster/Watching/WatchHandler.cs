using System.IO.Pipelines;
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
    private const long LongestTimeout = 24 * 60 * 60;

    // Each holds a stream, a queue and a buffer; agents and controllers keep some dozen.
    private const int MaxWatches = 4096;

    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    private int _open;

    public async Task HandleAsync(HttpContext context, ObjectView view, ObjectSelection selection, RequestQuery query)
    {
        var request = Parse(query);
        try
        {
            if (Interlocked.Increment(ref _open) > MaxWatches)
            {
                throw ApiErrors.TooManyRequests("too many watches are open, please try again later");
            }

            await ServeAsync(context, view, new WatchFrames(view, selection), request);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task ServeAsync(HttpContext context, ObjectView view, WatchFrames frames, WatchRequest request)
    {
        var kind = view.Type.GroupResource;
        context.Response.StatusCode = 200;
        context.Response.ContentType = ResponseWriter.Json;
        var writer = context.Response.BodyWriter;
        using var timeout = new CancellationTokenSource(request.Timeout ?? DefaultTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted, stopping);
        WatchQueue? queue = null;
        try
        {
            if (request.Since is not { } since)
            {
                (queue, var snapshot) = store.WatchFromNow(kind);
                await frames.StateAsync(writer, snapshot, request, ended.Token);
            }
            else if (store.Watch(kind, since) is { } watch)
            {
                queue = watch.Queue;
                await frames.ChangesAsync(writer, watch.Missed, ended.Token);
            }
            else
            {
                WatchFrames.Error(writer, ApiErrors.Expired($"too old resource version: {since} ({store.Version})"));
                await writer.FlushAsync(context.RequestAborted);
                return;
            }

            await StreamAsync(writer, queue, frames, request, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The end of a watch is not an error: the client watches again from its last version.
        }
        finally
        {
            if (queue is not null)
            {
                store.EndWatch(kind, queue);
            }
        }
    }

    private async Task StreamAsync(PipeWriter writer, WatchQueue queue, WatchFrames frames, WatchRequest request, CancellationToken ended)
    {
        await using var timer = request.Bookmarks ? time.CreateTimer(_ => store.Bookmark(queue), null, BookmarkInterval, BookmarkInterval) : null;
        await writer.FlushAsync(ended);
        while (await queue.Reader.WaitToReadAsync(ended))
        {
            while (queue.Reader.TryRead(out var item))
            {
                await frames.ItemAsync(writer, item, ended);
            }

            await writer.FlushAsync(ended);
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
            Timeout(query.Number("timeoutSeconds")));
    }

    /// <summary>None for 0; a negative one is over at once, as in the API server, and one of more than a day is a day.</summary>
    private static TimeSpan? Timeout(long? seconds) => seconds switch
    {
        null or 0 => null,
        < 0 => TimeSpan.Zero,
        _ => TimeSpan.FromSeconds(Math.Min(seconds.Value, LongestTimeout)),
    };
}

/// <summary>Options of a watch; without <paramref name="Since"/> it starts with the current objects.</summary>
internal sealed record WatchRequest(long? Since, bool Initial, bool Bookmarks, TimeSpan? Timeout);
