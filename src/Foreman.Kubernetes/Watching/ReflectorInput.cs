namespace Foreman.Kubernetes;

/// <summary>An input of the reflector's state machine.</summary>
internal abstract record ReflectorInput<T>
    where T : class, IResource<T>
{
    private ReflectorInput()
    {
    }

    /// <summary>It begins, or a wait is over.</summary>
    public sealed record Ready : ReflectorInput<T>;

    /// <summary>A page of the list has come.</summary>
    public sealed record Page(ResourceList<Observed<T>> List) : ReflectorInput<T>;

    /// <summary>An event of the watch has come.</summary>
    public sealed record Event(WatchEvent<Observed<T>> Watched) : ReflectorInput<T>;

    /// <summary>The watch has ended without an error.</summary>
    /// <param name="Lasted">How long it was open.</param>
    /// <param name="Silent">True when the client ended it because nothing was received; false when the server ended it.</param>
    public sealed record WatchEnded(TimeSpan Lasted, bool Silent = false) : ReflectorInput<T>;

    /// <summary>The server does not know lists in the form of a stream.</summary>
    public sealed record StreamRefused : ReflectorInput<T>;

    /// <summary>The version of the watch or the token of the page has expired (410), or the server has never reached it.</summary>
    public sealed record Expired : ReflectorInput<T>;

    /// <summary>A call has failed otherwise.</summary>
    /// <param name="RetryAfter">How long the server asks to wait; null when it doesn't.</param>
    public sealed record Failed(TimeSpan? RetryAfter = null) : ReflectorInput<T>;
}
