namespace Foreman.Jobs;

/// <summary>Lists of the models, which are null when absent and may hold nulls.</summary>
internal static class ModelLists
{
    /// <summary>What is in the list.</summary>
    public static IEnumerable<T> Each<T>(this IEnumerable<T>? list)
        where T : class => list?.OfType<T>() ?? [];
}
