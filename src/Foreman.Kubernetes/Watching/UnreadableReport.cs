using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>Tells of objects that can't be read: each version once to the log and the meter, and one of them as the error that stands.</summary>
internal sealed class UnreadableReport<T>(ILogger logger, KeyValuePair<string, object?> resource)
    where T : class, IResource<T>
{
    private ImmutableDictionary<ObjectKey, Observed<T>> _known = ImmutableDictionary<ObjectKey, Observed<T>>.Empty;
    private volatile UnreadableObjectException? _error;

    /// <summary>The first of them by name; null when all can be read.</summary>
    public UnreadableObjectException? Error => _error;

    public void Take(ImmutableDictionary<ObjectKey, Observed<T>> now)
    {
        if (ReferenceEquals(now, _known))
        {
            return;
        }

        foreach (var (key, observed) in now)
        {
            if (_known.GetValueOrDefault(key)?.ResourceVersion() != observed.ResourceVersion())
            {
                ReflectorMetrics.CameUnreadable(resource);
                logger.ObjectUnreadable(Explain(key, observed).Message);
            }
        }

        _known = now;
        _error = now.IsEmpty ? null : now.Select(pair => Explain(pair.Key, pair.Value)).MinBy(e => e.Key.ToString(), StringComparer.Ordinal);
    }

    private static UnreadableObjectException Explain(ObjectKey key, Observed<T> observed) => new(T.Type, key, observed.Problem ?? "no reason is known");
}
