using System.Globalization;

namespace Foreman.Testing.Faults;

/// <summary>What goes wrong with a call. Faults that fit together add up: a delay and a cut, for example.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The connection is reset (RST), with all other calls on it; the server never hears of the call.</summary>
    public sealed record Reset : Fault;

    /// <summary>The connection falls silent in both directions and stays open; the server never hears of the call.</summary>
    public sealed record Freeze : Fault;

    /// <summary>The call waits here before the server hears of it.</summary>
    public sealed record Delay(TimeSpan By) : Fault;

    /// <summary>An answer of the proxy's own; the server never hears of the call.</summary>
    /// <param name="Code">HTTP status code.</param>
    /// <param name="Body">Body; null for the Status object that an API server would send.</param>
    public sealed record Answer(int Code, string? Body = null) : Fault
    {
        /// <summary>The Retry-After header: seconds or an HTTP date; null for none.</summary>
        public string? RetryAfter { get; init; }

        /// <summary>An answer that asks to come back after some seconds.</summary>
        public static Answer In(int code, int seconds) => new(code) { RetryAfter = seconds.ToString(CultureInfo.InvariantCulture) };

        /// <summary>An answer that asks to come back at a time of day, as proxies write it.</summary>
        public static Answer At(int code, DateTimeOffset time) => new(code) { RetryAfter = time.ToString("R", CultureInfo.InvariantCulture) };
    }

    /// <summary>
    /// The stream of an HTTP/2 call is closed (STREAM_CLOSED), as kube-apiserver does whose answer was ready before it had the body and is lost with the stream;
    /// the server never hears of the call.
    /// </summary>
    /// <param name="Code">Status code of an answer of which the headers still arrive; null when nothing does.</param>
    public sealed record CloseUnread(int? Code = null) : Fault;

    /// <summary>The server carries the call out, but its answer is lost with the connection (RST).</summary>
    public sealed record LoseAnswer : Fault;

    /// <summary>The body breaks off after so many bytes.</summary>
    public sealed record Cut(long AfterBytes, CutHow How = CutHow.Stream) : Fault;

    /// <summary>The body is sent at so many bytes a second.</summary>
    public sealed record SlowBody(int BytesPerSecond) : Fault;

    /// <summary>A watch is ended in good order after a time, as a server does with short timeouts.</summary>
    public sealed record EndWatch(TimeSpan After) : Fault;

    /// <summary>A watch tells 410 Gone as an ERROR event after so many events, and ends.</summary>
    public sealed record ExpireWatch(int AfterEvents = 0) : Fault;

    /// <summary>Every n-th event of a watch comes twice.</summary>
    public sealed record DuplicateEvents(int Every = 1) : Fault;

    /// <summary>Every n-th event of a watch comes after the one that follows it (or when the watch ends).</summary>
    public sealed record ReorderEvents(int Every = 2) : Fault;

    /// <summary>After every n-th event of a watch the first event of that watch comes again: history travels back.</summary>
    public sealed record ReplayEvents(int Every = 3) : Fault;

    /// <summary>Events of a watch are held back until the task is done: a replica that lags.</summary>
    public sealed record HoldEvents(Task Until) : Fault;

    /// <summary>True when the server does not hear of the call.</summary>
    internal bool StopsCall => this is Reset or Freeze or Answer or CloseUnread;

    /// <summary>True when the fault changes events one by one.</summary>
    internal bool ShapesEvents => this is ExpireWatch or DuplicateEvents or ReorderEvents or ReplayEvents or HoldEvents;
}

/// <summary>How a body breaks off.</summary>
public enum CutHow
{
    /// <summary>This answer alone is broken off; other calls on an HTTP/2 connection go on.</summary>
    Stream,

    /// <summary>The connection is reset, at the latest after the bytes: some of them may be lost with it.</summary>
    Connection,

    /// <summary>The answer ends as if it were whole.</summary>
    Clean,

    /// <summary>The connection falls silent in both directions and stays open.</summary>
    Freeze,
}
