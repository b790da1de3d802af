using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>Reports undecodable objects: each version once to the log and metrics, and one of them as the current error.</summary>
internal sealed class UnreadableReport<T>(ILogger logger, KeyValuePair<string, object?> resource)
    where T : class, IResource<T>
{
    private ImmutableDictionary<ObjectKey, Observed<T>> _known = ImmutableDictionary<ObjectKey, Observed<T>>.Empty;
    private volatile UnreadableObjectException? _error;

    /// <summary>The first of them by name; null when there is none.</summary>
    public UnreadableObjectException? Error => _error;

    public void Update(ImmutableDictionary<ObjectKey, Observed<T>> now)
    {
        if (ReferenceEquals(now, _known))
        {
            return;
        }

        foreach (var (key, observed) in now)
        {
            if (_known.GetValueOrDefault(key)?.ResourceVersion() != observed.ResourceVersion())
            {
                ReflectorMetrics.UnreadableReceived(resource);
                logger.ObjectUnreadable(Explain(key, observed).Message);
            }
        }

        _known = now;
        _error = now.IsEmpty ? null : now.Select(pair => Explain(pair.Key, pair.Value)).MinBy(e => e.Key.ToString(), StringComparer.Ordinal);
    }

    private static UnreadableObjectException Explain(ObjectKey key, Observed<T> observed) => new(T.Type, key, observed.Problem ?? "no reason is known");
}
