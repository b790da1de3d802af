namespace Foreman.Scheduling;

/// <summary>
/// Gives lists with the same content one instance, so that demands of different tasks are equal as records. A list that is missing here
/// never makes demands equal that are not: it only keeps equal ones apart.
/// </summary>
internal sealed class DemandLists
{
    private readonly Dictionary<IReadOnlyList<string>, IReadOnlyList<string>> _names = new(new BySequence<string>());
    private readonly Dictionary<IReadOnlyList<HostFile>, IReadOnlyList<HostFile>> _files = new(new BySequence<HostFile>());
    private readonly Dictionary<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> _labels = new(new BySequence<KeyValuePair<string, string>>(
        EqualityComparer<KeyValuePair<string, string>>.Create((x, y) => x.Key == y.Key && x.Value == y.Value, p => HashCode.Combine(p.Key, p.Value))));

    /// <summary>The demand with lists that it shares with others.</summary>
    public Demand Share(Demand demand)
    {
        if (demand is { CommandTools: [], HostFiles: [], Capability: { Roles: null, NodeSelector: null } })
        {
            return demand with { CommandTools = [], HostFiles = [] };
        }

        return demand with
        {
            CommandTools = Shared(_names, demand.CommandTools)!,
            HostFiles = Shared(_files, demand.HostFiles)!,
            Capability = demand.Capability with
            {
                Roles = Shared(_names, demand.Capability.Roles),
                NodeSelector = Shared(_labels, demand.Capability.NodeSelector),
            },
        };
    }

    private static T? Shared<T>(Dictionary<T, T> known, T? list) where T : class
    {
        if (list is null)
        {
            return null;
        }

        if (!known.TryGetValue(list, out var shared))
        {
            known.Add(list, shared = list);
        }

        return shared;
    }

    // The order counts: the first that is missing is the one that a message names.
    private sealed class BySequence<T>(IEqualityComparer<T>? items = null) : IEqualityComparer<IEnumerable<T>>
    {
        public bool Equals(IEnumerable<T>? x, IEnumerable<T>? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y, items));

        public int GetHashCode(IEnumerable<T> obj)
        {
            var hash = new HashCode();
            foreach (var item in obj)
            {
                hash.Add(item, items);
            }

            return hash.ToHashCode();
        }
    }
}
