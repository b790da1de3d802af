using System.Collections.Concurrent;

namespace Foreman.Testing;

/// <summary>Lets one test at a time have an operator on a cluster: operators see all tasks of it.</summary>
public sealed class OperatorTurn : IDisposable
{
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Turns = new(StringComparer.Ordinal);

    private SemaphoreSlim? _turn;

    private OperatorTurn(SemaphoreSlim turn) => _turn = turn;

    /// <summary>Waits until no other test has an operator there; its own turn ends with the disposal.</summary>
    /// <param name="cluster">Where the operator works.</param>
    public static async Task<OperatorTurn> WaitAsync(IClusterUnderTest cluster)
    {
        var turn = Turns.GetOrAdd(cluster.AdminKubeconfigPath, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        return new(turn);
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
}
