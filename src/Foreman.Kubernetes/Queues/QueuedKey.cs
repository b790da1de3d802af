namespace Foreman.Kubernetes;

/// <summary>A key taken from a <see cref="WorkQueue{TKey}"/>; no other worker gets it until it is done.</summary>
/// <typeparam name="TKey">What is queued.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="Priority">Its priority: add it again with the same one after a failure.</param>
/// <param name="Failures">How often it has failed in a row.</param>
/// <param name="Waited">Time that it was ready before it was taken.</param>
public sealed record QueuedKey<TKey>(TKey Key, int Priority, int Failures, TimeSpan Waited)
    where TKey : notnull;
