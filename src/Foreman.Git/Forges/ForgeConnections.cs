namespace Foreman.Git.Forges;

/// <summary>The forges that are open, one for each place and token. All methods may be called at the same time.</summary>
internal sealed class ForgeConnections : IDisposable
{
    // Tokens that are renewed every hour must not leave a connection each for as long as the agent runs.
    private const int Most = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ForgeEndpoint Endpoint, GitCredential? Credential), IForge> _forges = [];
    private readonly Queue<(ForgeEndpoint Endpoint, GitCredential? Credential)> _order = [];

    /// <summary>The forge, opened when it is asked for first.</summary>
    /// <exception cref="GitException">The token can't be sent (AuthUnavailable).</exception>
    internal IForge Get(ForgeEndpoint endpoint, GitCredential? credential, ForgeOptions options, TimeProvider time)
    {
        lock (_gate)
        {
            if (_forges.TryGetValue((endpoint, credential), out var forge))
            {
                return forge;
            }

            // The oldest one is left to the garbage collector: a call may be under way on it.
            while (_order.Count >= Most)
            {
                _ = _forges.Remove(_order.Dequeue());
            }

            _order.Enqueue((endpoint, credential));
            return _forges[(endpoint, credential)] = Forge.Create(endpoint, credential, options, time);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var forge in _forges.Values)
            {
                forge.Dispose();
            }

            _forges.Clear();
            _order.Clear();
        }
    }
}
