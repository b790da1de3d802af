using Foreman.Runner.Stages;

namespace Foreman.Agent.Hosting;

/// <summary>
/// The model servers that runs of this host may call: those that flags name and those that its own probes have found, also
/// when the latest probe got no answer of one. What an assignment promises is not believed.
/// </summary>
internal sealed class ModelServers(IReadOnlyList<Uri> configured, HostState state)
{
    // More than any host has had; the rest must be in the latest probe.
    private const int MostRemembered = 256;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _found = [.. configured.Select(ModelUrls.Root)];

    /// <summary>True when the server may be called.</summary>
    /// <param name="url">Absolute, as it was promised.</param>
    public bool MayCall(Uri url)
    {
        var probed = (state.Facts.Probed?.Capability.ModelServers ?? [])
            .SelectMany(s => new[] { s.Url, s.ReachableURL })
            .Select(u => Uri.TryCreate(u, UriKind.Absolute, out var found) ? ModelUrls.Root(found) : null)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var found in probed.TakeWhile(_ => _found.Count < MostRemembered))
            {
                _found.Add(found);
            }

            return probed.Contains(ModelUrls.Root(url)) || _found.Contains(ModelUrls.Root(url));
        }
    }
}
