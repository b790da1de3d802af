using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Takes, renews and releases one Lease for one identity. Every write carries the resource version that it is based on, so
/// only one of two concurrent attempts succeeds. Needs the verbs get, create and patch on leases. Not for use from several
/// threads.
/// </summary>
public sealed class LeaseLock
{
    private readonly IKubernetes _client;
    private LeaseView _view = LeaseView.Unknown;

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
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Duration, TimeSpan.FromSeconds(1), nameof(options));
        _client = client;
        Time = SuspendAwareTimeProvider.ReplaceSystem(options.Time);
        Terms = new(identity, options.Duration, options.Supersedes);
        Namespace = ns;
        Name = name;
    }

    /// <summary>Namespace of the Lease.</summary>
    public string Namespace { get; }

    /// <summary>Name of the Lease.</summary>
    public string Name { get; }

    /// <summary>Who takes the Lease.</summary>
    public string Identity => Terms.Identity;

    /// <summary>Without a renewal for this time others may take the Lease.</summary>
    public TimeSpan Duration => Terms.Duration;

    /// <summary>Object that owns the Lease, so that it goes with it. Written with the next renewal; null leaves the owners alone.</summary>
    public V1OwnerReference? Owner { get; set; }

    internal TimeProvider Time { get; }

    internal LeaseParameters Terms { get; }

    /// <summary>Takes the Lease if it may be taken, or renews it.</summary>
    /// <param name="cancellationToken">Cancels the call; whether a write was carried out is then unknown.</param>
    /// <exception cref="KubernetesException">The server refuses, for example for want of rights.</exception>
    /// <exception cref="KubernetesUnreachableException">No answer came; whether a write arrived is not known.</exception>
    public async Task<LeaseAttempt> TryAcquireOrRenewAsync(CancellationToken cancellationToken = default)
    {
        var call = LeaseProtocol.First(_view, Terms, ClockReading.Take(Time));
        while (true)
        {
            var answer = await CallAsync(call, cancellationToken).ConfigureAwait(false);
            var step = LeaseProtocol.Next(_view, call, answer, Terms, ClockReading.Take(Time));
            _view = step.View;
            if (step.Outcome is { } outcome)
            {
                return outcome;
            }

            call = step.Next!;
        }
    }

    /// <summary>Clears the holder, if it is this identity, so that others need not wait for the Lease to expire.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the Lease was not this identity's.</returns>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken = default)
    {
        // Read first: a renewal whose response was lost has changed the resource version.
        var lease = await _client.TryReadAsync<V1Lease>(Name, Namespace, cancellationToken).ConfigureAwait(false);
        _view = _view with { Observed = null };
        return lease?.Spec?.HolderIdentity == Identity
            && await CallAsync(new LeaseCall.Release(lease), cancellationToken).ConfigureAwait(false) is LeaseResponse.Found;
    }

    /// <summary>Makes one call. Errors other than NotFound and Conflict are thrown.</summary>
    internal Task<LeaseResponse> CallAsync(LeaseCall call, CancellationToken cancellationToken) => call switch
    {
        LeaseCall.Read => ReadAsync(cancellationToken),
        LeaseCall.Create(var spec) => CreateAsync(spec, cancellationToken),
        LeaseCall.Write(var before, var spec, _) => PatchAsync(Body(before, JsonSerializer.SerializeToNode(spec, KubernetesJson.Default.V1LeaseSpec)!, Owner), cancellationToken),
        LeaseCall.Release(var before) => PatchAsync(Body(before, new JsonObject { ["holderIdentity"] = null, ["acquireTime"] = null }, owner: null), cancellationToken),
        _ => throw new ArgumentException($"unknown call {call}", nameof(call)),
    };

    private async Task<LeaseResponse> ReadAsync(CancellationToken cancellationToken) =>
        await _client.TryReadAsync<V1Lease>(Name, Namespace, cancellationToken).ConfigureAwait(false) is { } lease
            ? new LeaseResponse.Found(lease)
            : new LeaseResponse.Missing();

    private async Task<LeaseResponse> CreateAsync(V1LeaseSpec spec, CancellationToken cancellationToken)
    {
        var lease = new V1Lease
        {
            Metadata = new() { Name = Name, NamespaceProperty = Namespace, OwnerReferences = Owner is null ? null : [Owner] },
            Spec = spec,
        };
        try
        {
            return new LeaseResponse.Found(await _client.CreateAsync(lease, cancellationToken: cancellationToken).ConfigureAwait(false));
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return new LeaseResponse.Conflict();
        }
    }

    private async Task<LeaseResponse> PatchAsync(JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            return new LeaseResponse.Found(
                await _client.PatchAsync<V1Lease>(V1Patch.Merge(body), Name, Namespace, cancellationToken: cancellationToken).ConfigureAwait(false));
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            return new LeaseResponse.Conflict();
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return new LeaseResponse.Missing();
        }
    }

    private static JsonObject Body(V1Lease before, JsonNode spec, V1OwnerReference? owner)
    {
        var metadata = new JsonObject { ["resourceVersion"] = before.ResourceVersion() };
        if (owner is not null && before.Metadata.OwnerReferences?.Contains(owner) != true)
        {
            metadata["ownerReferences"] = new JsonArray(JsonSerializer.SerializeToNode(owner, KubernetesJson.Default.V1OwnerReference));
        }

        return new() { ["metadata"] = metadata, ["spec"] = spec };
    }
}
