namespace Foreman.Kubernetes;

/// <summary>One page of a list answer.</summary>
/// <typeparam name="T">Kind of the items.</typeparam>
public sealed record ResourceList<T>
{
    /// <summary>Version of the list's own type.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the list, for example <c>LeaseList</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Resource version of the collection and the token of the next page.</summary>
    public V1ListMeta Metadata { get => field ?? new(); init; }

    /// <summary>The objects of this page. The server leaves out <c>kind</c> and <c>apiVersion</c> of built-in items.</summary>
    public IReadOnlyList<T> Items { get => field ?? []; init; }
}

/// <summary>Metadata of a list answer.</summary>
public sealed record V1ListMeta
{
    /// <summary>Version of the collection at which a watch can go on.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Token of the next page; null or empty on the last one.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("continue")]
    public string? ContinueProperty { get; init; }

    /// <summary>How many objects follow after this page, when the server says so.</summary>
    public long? RemainingItemCount { get; init; }
}
