namespace Foreman.Schedules;

/// <summary>Settings of the file backend.</summary>
public sealed record FileBackendOptions
{
    /// <summary>The file that schedules are kept in.</summary>
    public required string Path { get; init; }

    /// <summary>Whether models may make and delete schedules; false when not given.</summary>
    public bool AllowDynamic { get; init; }

    /// <summary>How often it looks at runs that have not ended, above 0; 5 s when not given.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(5);
}
