using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Kubernetes;

/// <summary>Options of a <see cref="Controller{TEntity}"/>: what it watches and how it works.</summary>
/// <typeparam name="TEntity">Kind that is reconciled.</typeparam>
public sealed record ControllerOptions<TEntity>
    where TEntity : class, IResource<TEntity>
{
    /// <summary>Name in logs and metrics, and as the source of events. Default: the kind's plural.</summary>
    public string Name { get; init; } = TEntity.Type.Plural;

    /// <summary>How many objects are reconciled at once. Default 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Namespaces to follow; empty (the default) for the whole cluster.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Which changes of the objects lead to a reconcile. Default: all; see <see cref="EventFilters"/>.</summary>
    public Func<ResourceEvent<TEntity>, bool> Filter { get; init; } = static _ => true;

    /// <summary>Reconcile everything so often, though nothing changed; null (the default) for never.</summary>
    public TimeSpan? ResyncPeriod { get; init; }

    /// <summary>Waits after failures.</summary>
    public RetryBackoff Backoff { get; init; } = new();

    /// <summary>Grace period of reconciles after cancellation. Default 20 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Writes the controller's events; null for a recorder of its own under <see cref="Name"/>.</summary>
    public EventRecorder? Events { get; init; }

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of the jitter that spreads waits.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);

    /// <summary>The controller's log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal ImmutableList<ISourceTemplate> Sources { get; init; } = [];

    /// <summary>Also reconciles an object when one that it owns changes or goes: by the owner reference with <c>controller: true</c>.</summary>
    /// <typeparam name="TOwned">Kind of what is owned; in the same namespaces.</typeparam>
    /// <param name="selection">Which objects are followed; null for all in the controller's namespaces.</param>
    public ControllerOptions<TEntity> Owns<TOwned>(SourceSelection? selection = null)
        where TOwned : class, IResource<TOwned> => Watches<TOwned>(OwnerKeys.Of<TEntity>, selection);

    /// <summary>Also reconciles objects when an object of another kind changes or goes.</summary>
    /// <typeparam name="TOther">The other kind.</typeparam>
    /// <param name="keys">
    /// The objects that an object concerns. Asked for the object before and after a change. Must not block; if it throws,
    /// that is logged and the change leads to nothing.
    /// </param>
    /// <param name="selection">Which objects are followed; null for all in the controller's namespaces.</param>
    public ControllerOptions<TEntity> Watches<TOther>(Func<TOther, IEnumerable<ObjectKey>> keys, SourceSelection? selection = null)
        where TOther : class, IResource<TOther> => this with { Sources = Sources.Add(new MappedSourceTemplate<TOther>(keys, selection ?? new())) };

    /// <summary>Also reconciles objects when an object of another kind changes or goes, which the caller follows itself.</summary>
    /// <typeparam name="TOther">The other kind.</typeparam>
    /// <param name="reflector">Follows the objects; it is run and ended by the caller.</param>
    /// <param name="keys">As for the other overload.</param>
    public ControllerOptions<TEntity> Watches<TOther>(Reflector<TOther> reflector, Func<TOther, IEnumerable<ObjectKey>> keys)
        where TOther : class, IResource<TOther> => this with { Sources = Sources.Add(new FollowedSourceTemplate<TOther>(reflector, keys)) };

    /// <summary>Also reconciles objects that the caller names, for what no watch tells.</summary>
    /// <param name="trigger">Names them.</param>
    public ControllerOptions<TEntity> Triggers(ReconcileTrigger trigger) => this with { Sources = Sources.Add(new TriggerSourceTemplate(trigger)) };

    /// <summary>Errors in these options; empty when they are valid.</summary>
    internal IEnumerable<string> ValidationErrors()
    {
        if (Workers < 1)
        {
            yield return $"Workers is {Workers}, it must be at least 1";
        }

        if (ResyncPeriod <= TimeSpan.Zero)
        {
            yield return $"ResyncPeriod is {ResyncPeriod}, it must be above zero, or null for no resync";
        }

        if (StopTimeout < TimeSpan.Zero)
        {
            yield return $"StopTimeout is {StopTimeout}, it must not be negative";
        }

        if (!TEntity.Type.Namespaced && Namespaces.Count > 0)
        {
            yield return $"Namespaces are given, but {TEntity.Type.Kind} is a kind of the cluster: leave them out";
        }

        if (Backoff.ValidationError is { } error)
        {
            yield return error;
        }
    }
}

/// <summary>Which objects of another kind a controller follows.</summary>
public sealed record SourceSelection
{
    /// <summary>Namespaces to follow; null (the default) for the controller's own, empty for the whole cluster.</summary>
    public IReadOnlyList<string>? Namespaces { get; init; }

    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }
}
