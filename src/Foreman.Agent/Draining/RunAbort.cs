namespace Foreman.Agent.Draining;

/// <summary>Ends runs where they are, when they have not ended in time.</summary>
internal sealed class RunAbort : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Cancelled when runs must end where they are.</summary>
    public CancellationToken Token => _source.Token;

    public Task AbortAsync() => _source.CancelAsync();

    public void Dispose() => _source.Dispose();
}
