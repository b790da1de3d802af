using System.Text;

namespace Foreman.Kubernetes;

/// <summary>One write under a fence: its body, its timeout and its errors.</summary>
internal sealed class FencedCall(IWriteFence fence, ApiRequest request) : IDisposable
{
    /// <summary>Timers and clocks differ by less: a call cancelled so close to the fence's end was cancelled by it.</summary>
    private static readonly TimeSpan TimerTolerance = TimeSpan.FromMilliseconds(50);

    // A fence asks when the body is sent, so even a deletion without options has one.
    private static readonly byte[] NoOptions = Encoding.UTF8.GetBytes("""{"apiVersion":"v1","kind":"DeleteOptions"}""");

    private readonly List<FencedContent> _sent = [];

    /// <summary>The fenced call of a request; null for reads and without a fence.</summary>
    public static FencedCall? For(IWriteFence? fence, ApiRequest request) =>
        fence is null || request.Method == HttpMethod.Get ? null : new(fence, request);

    /// <summary>How long the call may take.</summary>
    /// <exception cref="LeadershipLostException">Not at all.</exception>
    public TimeSpan Limit(TimeSpan otherwise)
    {
        fence.ThrowIfClosed();
        var remaining = fence.Remaining;
        return remaining < otherwise ? TimeSpan.FromTicks(Math.Max(remaining.Ticks, 1)) : otherwise;
    }

    /// <summary>Gives a message a body that checks the fence before it is sent; called once per attempt.</summary>
    public void SetContent(HttpRequestMessage message)
    {
        fence.ThrowIfClosed();
        var body = request.Body.IsEmpty ? NoOptions : request.Body;
        var content = new FencedContent(body, request.ContentType, fence);
        _sent.Add(content);
        message.Content = content;
    }

    /// <summary>The server has responded, or has ended the call unread, so nothing sent so far can be carried out later.</summary>
    public void OnResponse() => _sent.Clear();

    /// <summary>Whether a call without an answer was ended by its fence.</summary>
    /// <param name="e">How the call ended.</param>
    /// <param name="byCaller">True when the caller has given up.</param>
    public bool WasEndedByFence(Exception e, bool byCaller) =>
        e is LeadershipLostException || (!byCaller && e is OperationCanceledException or HttpRequestException && fence.Remaining <= TimerTolerance);

    /// <summary>The error for the caller.</summary>
    public LeadershipLostException ToException(Exception e) => new(
        $"{request.Method} {request.PathAndQuery} was given up, because this process may not lead any more" + (MayHaveArrived ? "; it may have been carried out" : ""),
        MayHaveArrived,
        e);

    /// <summary>Reports a write that was sent and got no response to the fence.</summary>
    public void Dispose()
    {
        if (MayHaveArrived)
        {
            fence.OnUnanswered();
        }
    }

    private bool MayHaveArrived => _sent.Any(c => c.MayHaveBeenSent);
}
