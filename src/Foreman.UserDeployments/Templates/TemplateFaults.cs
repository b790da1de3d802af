using System.Collections.Immutable;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments.Templates;

/// <summary>Collects what is wrong with a template.</summary>
/// <param name="text">The template.</param>
internal sealed class TemplateFaults(string text)
{
    private readonly List<(ImmutableArray<string> Path, string What)> _found = [];

    /// <summary>How many there are.</summary>
    public int Count => _found.Count;

    /// <summary>Takes a fault.</summary>
    /// <param name="path">Steps to the value.</param>
    /// <param name="what">A sentence without its full stop.</param>
    public void Add(ImmutableArray<string> path, string what) => _found.Add((path, what));

    /// <summary>The faults with their lines, each once.</summary>
    public ImmutableArray<string> Told() =>
    [
        .. _found.Zip(YamlToJson.LinesOf(text, _found.Select(f => f.Path.AsEnumerable())), (fault, line) => Texts.Of($"line {line}, {Shown(fault.Path)}: {fault.What}"))
            .Distinct(StringComparer.Ordinal),
    ];

    private static string Shown(ImmutableArray<string> path) =>
        path.IsEmpty ? "the template" : string.Join('.', path.Select(s => Texts.Shown(s))).Replace(".[", "[", StringComparison.Ordinal);
}
