using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Operator.Try;

/// <summary>Matches the model of <c>try</c> with those of a host: a task must use the host's name for it.</summary>
internal static class ModelMatch
{
    /// <summary>The host's name for the model; null while the host does not list it.</summary>
    public static string? NameOf(FleetNode node, ModelSource source)
    {
        var there = (node.Status?.Capability?.Models ?? []).Where(m => IsServer(m.Server, source.Url)).ToArray();
        return (ModelName.Find(source.Name, there, m => m.Name) ?? ModelName.Find(source.Name, there, m => m.Id ?? m.Name))?.Name
            ?? (there.Length == 1 ? there[0].Name : null);
    }

    private static bool IsServer(string server, Uri url) => Uri.TryCreate(server, UriKind.Absolute, out var there) && ModelAddress.AreSame(there, url);
}
