using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Takes, renews and releases one Lease for one identity. Every write names the resource version that it is based on, so of
/// two who try at once only one gets it. Needs the verbs get, create and patch on leases. Not for use from several threads.
/// </summary>
public sealed class LeaseLock
{
    private readonly IKubernetes _client;
    private readonly LeaseLockOptions _options;
    private LeaseObservation? _seen;
    private bool _wasHeld;

    /// <summary>Makes a lock; nothing is sent before <see cref="TryAcquireOrRenewAsync"/>.</summary>
    /// <param name="client">A client, best with connections of its own: <see cref="IKubernetes.Dedicated"/>.</param>
    /// <param name="ns">Namespace of the Lease.</param>
    /// <param name="name">Name of the Lease.</param>
    /// <param name="identity">Who takes it; must differ between any two processes that could try.</param>
    /// <param name="options">Duration and takeover; null for the defaults.</param>
    /// <exception cref="ArgumentException">The identity is empty, or the duration is less than a second.</exception>
    public LeaseLock(IKubernetes client, string ns, string name, string identity, LeaseLockOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(identity);
        _client = client;
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Duration, TimeSpan.FromSeconds(1), nameof(options));
        Namespace = ns;
        Name = name;
        Identity = identity;
    }

    /// <summary>Namespace of the Lease.</summary>
    public string Namespace { get; }

    /// <summary>Name of the Lease.</summary>
    public string Name { get; }

    /// <summary>Who takes the Lease.</summary>
    public string Identity { get; }

    /// <summary>After so long without a renewal others may take the Lease.</summary>
    public TimeSpan Duration => _options.Duration;

    /// <summary>Object that owns the Lease, so that it goes with it. Written with the next renewal; null leaves the owners alone.</summary>
    public V1OwnerReference? Owner { get; set; }

    internal TimeProvider Time => _options.Time;

    /// <summary>Takes the Lease if it may be taken, or renews it.</summary>
    /// <param name="cancellationToken">Gives up; whether a write arrived is then not known.</param>
    /// <exception cref="KubernetesException">The server refuses, for example for want of rights.</exception>
    /// <exception cref="KubernetesUnreachableException">No answer came; whether a write arrived is not known.</exception>
    public async Task<LeaseAttempt> TryAcquireOrRenewAsync(CancellationToken cancellationToken = default)
    {
        if (_seen?.Lease.Spec?.HolderIdentity == Identity && await TryWriteAsync(_seen.Lease, cancellationToken).ConfigureAwait(false))
        {
            return new(true, Identity);
        }

        var lease = await _client.TryReadAsync<V1Lease>(Name, Namespace, cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            _seen = null;
            return await TryCreateAsync(cancellationToken).ConfigureAwait(false) ? new(true, Identity) : new(false, null);
        }

        _seen = LeaseObservation.Of(lease, _seen, Time.GetTimestamp());
        if (LeaseRules.Refusal(_seen, Identity, _options, maySupersede: !_wasHeld) is { } refusal)
        {
            return refusal;
        }

        return await TryWriteAsync(lease, cancellationToken).ConfigureAwait(false) ? new(true, Identity) : new(false, null);
    }

    /// <summary>Clears the holder, if it is this identity, so that others need not wait for the Lease to expire.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the Lease was not this identity's.</returns>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken = default)
    {
        // Read first: a renewal whose answer was lost has moved the version on.
        var lease = await _client.TryReadAsync<V1Lease>(Name, Namespace, cancellationToken).ConfigureAwait(false);
        _seen = null;
        if (lease?.Spec?.HolderIdentity != Identity)
        {
            return false;
        }

        var spec = new JsonObject { ["holderIdentity"] = null, ["acquireTime"] = null };
        return await TryPatchAsync(Body(lease, spec), cancellationToken).ConfigureAwait(false) is not null;
    }

    private async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        var lease = new V1Lease
        {
            Metadata = new() { Name = Name, NamespaceProperty = Namespace, OwnerReferences = Owner is null ? null : [Owner] },
            Spec = LeaseRules.Written(null, Identity, _options),
        };
        try
        {
            Remember(await _client.CreateAsync(lease, cancellationToken: cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return false;
        }
    }

    private async Task<bool> TryWriteAsync(V1Lease before, CancellationToken cancellationToken)
    {
        var spec = JsonSerializer.SerializeToNode(LeaseRules.Written(before.Spec, Identity, _options), KubernetesJson.Default.V1LeaseSpec)!;
        var body = Body(before, spec);
        if (Owner is { } owner && before.Metadata.OwnerReferences?.Contains(owner) != true)
        {
            body["metadata"]!["ownerReferences"] = new JsonArray(JsonSerializer.SerializeToNode(owner, KubernetesJson.Default.V1OwnerReference));
        }

        if (await TryPatchAsync(body, cancellationToken).ConfigureAwait(false) is not { } written)
        {
            return false;
        }

        Remember(written);
        return true;
    }

    /// <summary>The Lease as it was stored; null when somebody else wrote or deleted it first.</summary>
    private async Task<V1Lease?> TryPatchAsync(JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.PatchAsync<V1Lease>(V1Patch.Merge(body), Name, Namespace, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            return null;
        }
    }

    private void Remember(V1Lease lease)
    {
        _seen = new(lease, Time.GetTimestamp());
        _wasHeld = true;
    }

    private static JsonObject Body(V1Lease before, JsonNode spec) => new()
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = before.ResourceVersion() },
        ["spec"] = spec,
    };
}
