namespace Foreman.Kubernetes;

/// <summary>An action of list and watch.</summary>
internal abstract record ReflectorAction
{
    private ReflectorAction()
    {
    }

    /// <summary>Ask for a page of the list; the first one when the token is null.</summary>
    public sealed record FetchPage(string? ContinueToken) : ReflectorAction;

    /// <summary>Open a watch that begins with all objects there are.</summary>
    public sealed record StreamList : ReflectorAction;

    /// <summary>Open a watch after this version.</summary>
    public sealed record OpenWatch(string ResourceVersion) : ReflectorAction;

    /// <summary>Take the next event of the watch that is open.</summary>
    public sealed record ReadWatch : ReflectorAction
    {
        public static readonly ReadWatch Next = new();
    }

    /// <summary>Wait for the <see cref="Backoff"/> of this number of failures, but at least this long.</summary>
    public sealed record Wait(int Failures, TimeSpan? AtLeast = null) : ReflectorAction;
}
