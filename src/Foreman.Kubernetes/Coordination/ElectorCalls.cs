namespace Foreman.Kubernetes;

/// <summary>The one call of an elector that is under way, and waiting for what comes first.</summary>
internal sealed class ElectorCalls(LeaseLock lease) : IDisposable
{
    private CancellationTokenSource? _giveUp;
    private Task<LeaseAnswer>? _call;
    private int _id;

    public void Dispose() => Abandon();

    /// <summary>Abandons the call under way unless it is the one that is waited for.</summary>
    public void Keep(PendingCall? pending)
    {
        if (pending?.Id != _id)
        {
            Abandon();
        }
    }

    /// <summary>Makes calls; the answer to the last one is waited for.</summary>
    public void Start(IEnumerable<ElectorAction.Send> sends)
    {
        foreach (var (id, call) in sends)
        {
            _giveUp = new();
            (_id, _call) = (id, AnswerAsync(call, _giveUp.Token));
        }
    }

    /// <summary>Waits for the answer, for another task, or for the time.</summary>
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

    /// <summary>The answer, once; null when none has come.</summary>
    public (int Id, LeaseAnswer Answer)? TryTake()
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

    /// <summary>Timers tick in milliseconds: one that is cut would fire too early, again and again.</summary>
    private static TimeSpan RoundedUp(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    private async Task<LeaseAnswer> AnswerAsync(LeaseCall call, CancellationToken giveUp)
    {
        try
        {
            return await lease.CallAsync(call, giveUp).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or KubeConfigException)
        {
            return new LeaseAnswer.Failed(e.Message);
        }
        catch (OperationCanceledException)
        {
            return new LeaseAnswer.Failed("no answer came in time");
        }
    }

    private void Abandon()
    {
        _giveUp?.Cancel();
        _giveUp?.Dispose();
        (_giveUp, _call) = (null, null);
    }
}
