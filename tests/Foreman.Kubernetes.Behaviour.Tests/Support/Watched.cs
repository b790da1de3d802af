namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>What a watch of Gadgets tells, bookmarks left out.</summary>
internal static class Watched
{
    /// <summary>The first events as "Added one 3": type, name and spec.size.</summary>
    public static async Task<string[]> TakeAsync(Workspace at, int count, WatchOptions options) =>
        [.. (await ObjectsAsync(at, count, options)).Select(e => $"{e.Type} {e.Object.Name()} {e.Object.Spec?.Size}")];

    public static async Task<IReadOnlyList<WatchEvent<Gadget>>> ObjectsAsync(Workspace at, int count, WatchOptions options)
    {
        using var deadline = TestDeadline.Start();
        var seen = new List<WatchEvent<Gadget>>();
        await foreach (var item in at.Client.WatchAsync<Gadget>(at.Namespace, options, deadline.Token))
        {
            if (item.Type != WatchEventType.Bookmark)
            {
                seen.Add(item);
            }

            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }
}
