namespace Foreman.Testing.Kubelet;

/// <summary>Whether a kubelet and the API server hear each other; a test can cut the line.</summary>
internal sealed class KubeletLine
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _cut;

    /// <summary>Whether they don't.</summary>
    public bool IsCut
    {
        get
        {
            lock (_gate)
            {
                return _cut is not null;
            }
        }
    }

    /// <summary>From now on they don't.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _cut ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>From now on they do.</summary>
    public void Mend()
    {
        TaskCompletionSource? cut;
        lock (_gate)
        {
            (cut, _cut) = (_cut, null);
        }

        cut?.SetResult();
    }

    /// <summary>Waits until they do.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _cut is null ? Task.CompletedTask : _cut.Task.WaitAsync(cancellationToken);
        }
    }
}
