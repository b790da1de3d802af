namespace Foreman.Kubernetes;

/// <summary>What happens to a list and watch from outside.</summary>
internal abstract record ReflectorInput<T>
    where T : class, IResource<T>
{
    private ReflectorInput()
    {
    }

    /// <summary>It begins, or a wait is over.</summary>
    public sealed record Ready : ReflectorInput<T>;

    /// <summary>A page of the list has come.</summary>
    public sealed record Page(ResourceList<T> List) : ReflectorInput<T>;

    /// <summary>An event of the watch has come.</summary>
    public sealed record Event(WatchEvent<T> Watched) : ReflectorInput<T>;

    /// <summary>The server has ended the watch, as it does from time to time.</summary>
    public sealed record WatchEnded(TimeSpan Lasted) : ReflectorInput<T>;

    /// <summary>The version of the watch or the token of the page has expired (410).</summary>
    public sealed record Expired : ReflectorInput<T>;

    /// <summary>A call has failed otherwise.</summary>
    public sealed record Failed : ReflectorInput<T>;
}

/// <summary>What a list and watch does next.</summary>
internal abstract record ReflectorAction
{
    private ReflectorAction()
    {
    }

    /// <summary>Ask for a page of the list; the first one when the token is null.</summary>
    public sealed record FetchPage(string? ContinueToken) : ReflectorAction;

    /// <summary>Open a watch after this version.</summary>
    public sealed record OpenWatch(string ResourceVersion) : ReflectorAction;

    /// <summary>Take the next event of the watch that is open.</summary>
    public sealed record ReadWatch : ReflectorAction;

    /// <summary>Wait as <see cref="Backoff"/> says for so many failures, then go on.</summary>
    public sealed record Wait(int Failures) : ReflectorAction;
}
