using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Git.Forges.Http;

/// <summary>
/// The calls of one operation: they share one budget of waits, and one of time. What may be sent twice is tried again when there was no proper
/// answer; rate limits are waited for. Right before each write it is asked whether the caller may still write.
/// </summary>
internal sealed class ForgeCalls(ForgeConnection connection, Func<CancellationToken, Task<bool>>? mayWrite, CancellationToken cancellationToken)
{
    private readonly ForgeOptions _options = connection.Options;
    private TimeSpan _left = connection.Options.MaxWait;
    private TimeSpan _taken;

    internal ForgeLimits Limits => _options.Limits;

    /// <summary>How often an operation may look and write again.</summary>
    internal int Tries => _options.Tries;

    /// <summary>Sends a call and reads the JSON of its answer.</summary>
    /// <exception cref="ForgeException">Anything but a success with JSON.</exception>
    internal Task<JsonElement> JsonAsync(ForgeRequest request) => SendAsync(request, JsonOf);

    /// <summary>Sends a call whose answer is not needed.</summary>
    /// <exception cref="ForgeException">Anything but a success.</exception>
    internal Task DoAsync(ForgeRequest request) => SendAsync(request, _ => true);

    /// <summary>Sends a call and gives its answer as it came.</summary>
    /// <exception cref="ForgeException">Anything but a success.</exception>
    internal Task<ForgeReply> ReplyAsync(ForgeRequest request) => SendAsync(request, reply => reply);

    /// <summary>Reads a list page by page, each when the one before has been used up.</summary>
    /// <param name="path">The first page.</param>
    /// <param name="list">The field that holds the items; null where the answer is the list.</param>
    /// <returns>The items, and last a null when there were more pages than are read.</returns>
    /// <exception cref="ForgeException">A page can't be read.</exception>
    internal async IAsyncEnumerable<JsonElement?> PagesAsync(string path, string? list = null)
    {
        var next = path;
        for (var page = 1; next is not null; page++)
        {
            if (page > Limits.MaxPages)
            {
                yield return null;
                yield break;
            }

            var (items, link) = await SendAsync(ForgeRequest.Get(next), reply => PageOf(reply, list)).ConfigureAwait(false);
            foreach (var item in items)
            {
                yield return item;
            }

            next = link is null ? null : NextOf(path, link);
        }
    }

    /// <summary>Waits before the next try of a whole operation.</summary>
    /// <param name="failures">How many there were, from 1.</param>
    /// <param name="why">For people.</param>
    /// <param name="error">What ends the operation when there is no time left to wait.</param>
    internal Task PauseAsync(int failures, string why, ForgeException error) => WaitAsync(_options.Backoff.Delay(failures, connection.Jitter()), why, error);

    private async Task<T> SendAsync<T>(ForgeRequest request, Func<ForgeReply, T> read)
    {
        for (var (failures, limits) = (0, 0); ;)
        {
            await WaitForLimitAsync().ConfigureAwait(false);
            CheckTime();
            await CheckAsync(request).ConfigureAwait(false);
            try
            {
                var reply = await TimedAsync(request).ConfigureAwait(false);
                var message = reply.IsSuccess ? "" : connection.Redact(ForgeErrors.MessageOf(reply.Body));
                if (RateLimits.Of(reply.Status, reply.Headers, message, connection.Now) is { } limit)
                {
                    var wait = limit.Wait ?? RateLimits.Unstated * Math.Pow(2, limits++);
                    connection.Hold(wait, limit.Reason);
                    continue;
                }

                if (reply.Status == 503 && RateLimits.RetryAfter(reply.Headers, connection.Now) is { } asked)
                {
                    connection.Hold(asked, "the forge is busy");
                }

                if (RateLimits.BeforeNext(reply.Headers, connection.Now) is { } pause)
                {
                    connection.Hold(pause, "rate limit");
                }

                if (reply.IsSuccess)
                {
                    return read(reply);
                }

                throw new ForgeException(ForgeErrors.Of(connection.Endpoint, reply, message), mayHaveArrived: reply.Status >= 500);
            }
            catch (ForgeException e) when (IsTransient(e) && (request.IsRepeatable || !e.MayHaveArrived) && ++failures < Tries)
            {
                await PauseAsync(failures, e.Message, e).ConfigureAwait(false);
            }
        }
    }

    private async Task<ForgeReply> TimedAsync(ForgeRequest request)
    {
        var begun = connection.Moment;
        try
        {
            return await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _taken += connection.Since(begun);
        }
    }

    // A forge that answers each call just in time could keep a run for as long as it has pages.
    private void CheckTime()
    {
        if (_taken > _options.AllCallsLimit)
        {
            throw new ForgeException(
                ForgeErrorKind.Unreachable, string.Create(CultureInfo.InvariantCulture, $"{connection.Endpoint} is too slow: {_taken.TotalSeconds:0} s of calls were not enough for what was asked of it"));
        }
    }

    private async Task CheckAsync(ForgeRequest request)
    {
        if (request.Method != HttpMethod.Get && (mayWrite is null || !await mayWrite(cancellationToken).ConfigureAwait(false)))
        {
            throw new ForgeException(ForgeErrorKind.Fenced, "the task is no longer held by this attempt, so nothing more was written to the forge");
        }
    }

    // A limit of an earlier call holds for all calls.
    private async Task WaitForLimitAsync()
    {
        while (connection.Held() is { } held)
        {
            var error = new ForgeError(ForgeErrorKind.RateLimited, $"{connection.Endpoint} asks to wait until {held.Until:u} ({held.Reason})") { Until = held.Until };
            await WaitAsync(held.Until - connection.Now, held.Reason, new ForgeException(error)).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan wait, string why, ForgeException error)
    {
        if (wait > _left)
        {
            throw error;
        }

        _left -= wait;
        await connection.WaitAsync(wait, why, cancellationToken).ConfigureAwait(false);
    }

    private JsonElement JsonOf(ForgeReply reply)
    {
        try
        {
            return reply.IsCut
                ? throw new ForeignTextException("it is longer than is read")
                : ForeignJson.Parse(reply.Body, new ForeignJsonLimits { MaxBytes = ForgeRequest.Get("").MaxBytes });
        }
        catch (ForeignTextException e)
        {
            throw new ForgeException(
                new ForgeError(ForgeErrorKind.Unreadable, $"the answer of {connection.Endpoint} can't be read: {connection.Redact(e.Message)}"), mayHaveArrived: true);
        }
    }

    private (JsonElement[] Items, string? Next) PageOf(ForgeReply reply, string? list)
    {
        var json = JsonOf(reply);
        if (list is not null && json.ValueKind == JsonValueKind.Object && json.TryGetProperty(list, out var inner))
        {
            json = inner;
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            throw new ForgeException(ForgeErrorKind.Unreadable, $"the answer of {connection.Endpoint} is no list");
        }

        return ([.. json.EnumerateArray()], PageLinks.Next(reply.Headers("Link")) ?? (reply.Headers("X-Next-Page") is { Length: > 0 } page ? page : null));
    }

    // GitLab names the next page by its number where a proxy took the links out.
    private static string NextOf(string path, string link) => link.All(char.IsAsciiDigit) ? $"{path}&page={link}" : link;

    private static bool IsTransient(ForgeException e) => e.Error.Kind == ForgeErrorKind.Unreachable || (e.Error.Kind == ForgeErrorKind.Unreadable && e.MayHaveArrived);
}
