namespace Foreman.Kubernetes;

/// <summary>Those who wait until a store has come up to a version.</summary>
internal sealed class VersionWaiters
{
    private readonly Lock _lock = new();
    private readonly List<(string Version, TaskCompletionSource Done)> _waiting = [];
    private string? _reached;

    /// <summary>The store is complete up to this version; null while it never was.</summary>
    public void Reach(string? version)
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

    /// <summary>Done when the version is reached, or another that is not known to be older.</summary>
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

    // Versions that can't be compared say nothing: only the same one is certain.
    private bool IsReached(string version) => _reached == version || ResourceVersions.Compare(_reached, version) > 0;
}
