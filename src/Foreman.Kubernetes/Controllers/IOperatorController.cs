namespace Foreman.Kubernetes;

/// <summary>A controller whose parts are set going one by one: stores follow always, work is done only while leading.</summary>
internal interface IOperatorController : IDisposable
{
    /// <summary>Name in logs and metrics.</summary>
    string Name { get; }

    /// <summary>Keeps the stores up to date until cancelled.</summary>
    Task WatchAsync(CancellationToken cancellationToken);

    /// <summary>Waits for the stores, then reconciles until cancelled. May be called again after it has ended.</summary>
    /// <param name="fence">Holds back the writes of reconciles once it is closed, and then ends the work; null for no such limit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task WorkAsync(IWriteFence? fence, CancellationToken cancellationToken);
}
