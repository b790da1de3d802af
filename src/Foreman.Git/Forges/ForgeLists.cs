using System.Text.Json;
using Foreman.Git.Forges.Http;

namespace Foreman.Git.Forges;

/// <summary>Lists of answers within bounds.</summary>
internal static class ForgeLists
{
    /// <summary>Reads a list as far as pages and bounds allow.</summary>
    /// <param name="calls">The operation.</param>
    /// <param name="path">The first page.</param>
    /// <param name="max">The most items.</param>
    /// <param name="read">Makes an item; null leaves it out.</param>
    /// <param name="list">The field that holds the items; null where the answer is the list.</param>
    /// <returns>The items, and whether there are more.</returns>
    internal static async Task<(List<T> Items, bool IsCut)> ReadAsync<T>(ForgeCalls calls, string path, int max, Func<JsonElement, T?> read, string? list = null)
        where T : class
    {
        var items = new List<T>();
        await foreach (var json in calls.PagesAsync(path, list).ConfigureAwait(false))
        {
            if (json is not { } item)
            {
                return (items, true);
            }

            if (read(item) is { } made)
            {
                if (items.Count == max)
                {
                    return (items, true);
                }

                items.Add(made);
            }
        }

        return (items, false);
    }

    /// <summary>Names of labels, which are texts or objects with a name.</summary>
    internal static IReadOnlyList<string> Labels(JsonElement json) =>
        [.. json.ListAt("labels").Select(l => l.ValueKind == JsonValueKind.String ? Primitives.Printable.Line(l.GetString()!, 100) : l.LineAt("name")).Where(l => l.Length > 0)];

    /// <summary>Names of accounts.</summary>
    /// <param name="accounts">The list.</param>
    /// <param name="name">The field with the name.</param>
    internal static IReadOnlyList<string> Accounts(IEnumerable<JsonElement> accounts, string name) => [.. accounts.Select(a => a.LineAt(name)).Where(a => a.Length > 0)];

    /// <summary>Comments in the order in which they were written.</summary>
    internal static List<ForgeComment> ByTime(IEnumerable<ForgeComment> comments) => [.. comments.OrderBy(c => c.CreatedAt, StringComparer.Ordinal)];
}
