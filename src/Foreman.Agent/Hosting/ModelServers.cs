using Foreman.Primitives;

namespace Foreman.Agent.Hosting;

/// <summary>
/// The model servers that runs of this host may call: those that flags name and those that its own probes have found, also
/// when the latest probe got no answer of one. What an assignment promises is not believed.
/// </summary>
internal sealed class ModelServers
{
    // More than any host has had; the rest must be in the latest probe.
    private const int MostRemembered = 256;

    private readonly Lock _gate = new();
    private readonly HashSet<Uri> _found;
    private HashSet<Uri> _latest = [];

    /// <param name="configured">The servers that flags name; the API may be at the path or below it.</param>
    /// <param name="state">Told of every probe.</param>
    public ModelServers(IReadOnlyList<Uri> configured, HostState state)
    {
        _found = [.. configured.SelectMany(ModelAddress.Candidates).Select(a => new Uri(a.Url))];
        state.Updated += Remember;
        Remember(state.Facts);
    }

    /// <summary>True when the server may be called.</summary>
    /// <param name="url">Absolute, as it was promised.</param>
    public bool MayCall(Uri url)
    {
        lock (_gate)
        {
            return _latest.Concat(_found).Any(known => ModelAddress.AreSame(known, url));
        }
    }

    private void Remember(HostFacts facts)
    {
        var probed = (facts.Probed?.Capability.ModelServers ?? [])
            .SelectMany(s => new[] { s.Url, s.ReachableURL })
            .Select(u => Uri.TryCreate(u, UriKind.Absolute, out var found) ? found : null)
            .OfType<Uri>()
            .ToHashSet();
        lock (_gate)
        {
            _latest = probed;
            foreach (var found in probed.TakeWhile(_ => _found.Count < MostRemembered))
            {
                _found.Add(found);
            }
        }
    }
}
