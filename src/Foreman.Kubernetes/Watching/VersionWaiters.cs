namespace Foreman.Kubernetes;

/// <summary>Tasks that wait until a store reaches a resource version.</summary>
internal sealed class VersionWaiters
{
    private readonly Lock _lock = new();
    private readonly List<(string Version, TaskCompletionSource Done)> _waiting = [];
    private string? _reached;

    /// <summary>Sets the version up to which the store is complete; null before the first list.</summary>
    public void SetReached(string? version)
    {
        lock (_lock)
        {
            _reached = version;
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (IsReached(_waiting[i].Version))
                {
                    _waiting[i].Done.TrySetResult();
                    _waiting.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Completes when this version or a later one is reached.</summary>
    public async Task WaitAsync(string version, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (IsReached(version))
            {
                return;
            }

            _waiting.Add((version, done));
        }

        try
        {
            await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _waiting.RemoveAll(w => w.Done == done);
            }
        }
    }

    // Versions that can't be compared count only when equal.
    private bool IsReached(string version) => _reached == version || ResourceVersions.Compare(_reached, version) > 0;
}
