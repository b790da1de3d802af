namespace Foreman.Kubernetes;

/// <summary>The call of an elector that is in progress, and the wait for its response.</summary>
internal sealed class ElectorCalls(LeaseLock lease) : IDisposable
{
    private CancellationTokenSource? _giveUp;
    private Task<LeaseResponse>? _call;
    private int _id;

    public void Dispose() => Abandon();

    /// <summary>Cancels the call in progress unless it is the pending one.</summary>
    public void AbandonUnless(PendingCall? pending)
    {
        if (pending?.Id != _id)
        {
            Abandon();
        }
    }

    /// <summary>Starts calls; only the response to the last one is awaited.</summary>
    public void Start(IEnumerable<ElectorAction.Send> sends)
    {
        foreach (var (id, call) in sends)
        {
            _giveUp = new();
            (_id, _call) = (id, AnswerAsync(call, _giveUp.Token));
        }
    }

    /// <summary>Waits for the response, for another task, or for the timeout.</summary>
    public async Task WaitAsync(Task? other, TimeSpan atMost)
    {
        if (other?.IsCompleted == true || _call is { IsCompleted: true } || atMost <= TimeSpan.Zero)
        {
            return;
        }

        using var over = new CancellationTokenSource();
        var timer = Task.Delay(RoundedUp(atMost), lease.Time, over.Token);
        await Task.WhenAny([timer, .. new[] { _call, other }.OfType<Task>()]).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>The response, once; null when there is none yet.</summary>
    public (int Id, LeaseResponse Answer)? TryTake()
    {
        if (_call is not { IsCompleted: true } call)
        {
            return null;
        }

        _call = null;
#pragma warning disable VSTHRD002 // It is completed.
        return (_id, call.Result);
#pragma warning restore VSTHRD002
    }

    /// <summary>Timers have a resolution of milliseconds: rounding down would fire too early repeatedly.</summary>
    private static TimeSpan RoundedUp(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    private async Task<LeaseResponse> AnswerAsync(LeaseCall call, CancellationToken giveUp)
    {
        try
        {
            return await lease.CallAsync(call, giveUp).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            return new LeaseResponse.Failed(e.Message);
        }
        catch (OperationCanceledException)
        {
            return new LeaseResponse.Failed("no answer came in time");
        }
    }

    private void Abandon()
    {
        _giveUp?.Cancel();
        _giveUp?.Dispose();
        (_giveUp, _call) = (null, null);
    }
}
