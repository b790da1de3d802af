namespace Foreman.Kubernetes;

/// <summary>The outcome of one input.</summary>
/// <param name="State">The state now.</param>
/// <param name="Action">What to do next.</param>
/// <param name="Changes">Changes of the store, to be made visible all at once.</param>
/// <param name="Synced">True when the store is now complete as of a list.</param>
internal sealed record ReflectorStep<T>(
    ReflectorState<T> State, ReflectorAction Action, IReadOnlyList<ResourceEvent<T>> Changes, bool Synced = false)
    where T : class, IResource<T>
{
    public ReflectorStep(ReflectorState<T> state, ReflectorAction action)
        : this(state, action, [])
    {
    }
}
