using System.Collections.Immutable;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments.Templates;

/// <summary>Collects what is wrong with a template.</summary>
/// <param name="text">The template.</param>
internal sealed class TemplateFaults(string text)
{
    // No more than that are shown, and each is looked for in all keys beside it.
    private const int MostWithLines = 20;

    private readonly List<(ImmutableArray<string> Path, string What)> _found = [];

    /// <summary>How many there are.</summary>
    public int Count => _found.Count;

    /// <summary>Takes a fault.</summary>
    /// <param name="path">Steps to the value.</param>
    /// <param name="what">A sentence without its full stop.</param>
    public void Add(ImmutableArray<string> path, string what) => _found.Add((path, what));

    /// <summary>The faults, the first ones with their lines, each once.</summary>
    public ImmutableArray<string> Told()
    {
        var lines = YamlToJson.LinesOf(text, _found.Take(MostWithLines).Select(f => f.Path.AsEnumerable()));
        return
        [
            .. _found.Select((f, i) => i < lines.Count ? Texts.Of($"line {lines[i]}, {Shown(f.Path)}: {f.What}") : $"{Shown(f.Path)}: {f.What}")
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string Shown(ImmutableArray<string> path) =>
        path.IsEmpty ? "the template" : string.Join('.', path.Select(s => Texts.Shown(s))).Replace(".[", "[", StringComparison.Ordinal);
}
