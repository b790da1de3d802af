namespace Foreman.Kubernetes;

/// <summary>A key that a <see cref="WorkQueue{TKey}"/> has handed out. It is handed out to nobody else until it is done.</summary>
/// <typeparam name="TKey">What is queued.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="Priority">Its priority: add it again with the same one after a failure.</param>
/// <param name="Failures">How often it has failed in a row.</param>
/// <param name="Waited">How long it could have been taken and was not.</param>
public sealed record QueuedKey<TKey>(TKey Key, int Priority, int Failures, TimeSpan Waited)
    where TKey : notnull;
