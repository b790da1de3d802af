using System.Text;

namespace Foreman.Kubernetes;

/// <summary>One write under a fence: what it sends, how long it may take, and what its failures mean.</summary>
internal sealed class FencedCall(IWriteFence fence, ApiRequest request) : IDisposable
{
    /// <summary>Timers and clocks differ by less: a call that was given up so near to the end was given up because of it.</summary>
    private static readonly TimeSpan Nearly = TimeSpan.FromMilliseconds(50);

    // A fence asks when the body is sent, so even a deletion without options has one.
    private static readonly byte[] NoOptions = Encoding.UTF8.GetBytes("""{"apiVersion":"v1","kind":"DeleteOptions"}""");

    private readonly List<FencedContent> _sent = [];

    /// <summary>The fence's hold on a request; null for reads and where there is no fence.</summary>
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

    /// <summary>Puts a body that asks the fence into a message, which may be one of several tries.</summary>
    public void Guard(HttpRequestMessage message)
    {
        fence.ThrowIfClosed();
        var body = request.Body.IsEmpty ? NoOptions : request.Body;
        var content = new FencedContent(body, request.ContentType, fence);
        _sent.Add(content);
        message.Content = content;
    }

    /// <summary>The server has answered: what was sent so far will not land later.</summary>
    public void OnAnswer() => _sent.Clear();

    /// <summary>Whether a call without an answer was ended by its fence.</summary>
    /// <param name="e">How the call ended.</param>
    /// <param name="byCaller">True when the caller has given up.</param>
    public bool HasEnded(Exception e, bool byCaller) =>
        e is LeadershipLostException || (!byCaller && e is OperationCanceledException or HttpRequestException && fence.Remaining <= Nearly);

    /// <summary>The error for the caller.</summary>
    public LeadershipLostException Lost(Exception e) => new(
        $"{request.Method} {request.PathAndQuery} was given up, because this process may not lead any more" + (MayHaveArrived ? "; it may have been carried out" : ""),
        MayHaveArrived,
        e);

    /// <summary>Tells the fence of a write that has left and got no answer.</summary>
    public void Dispose()
    {
        if (MayHaveArrived)
        {
            fence.OnUnanswered();
        }
    }

    private bool MayHaveArrived => _sent.Any(c => c.HasLeft);
}
