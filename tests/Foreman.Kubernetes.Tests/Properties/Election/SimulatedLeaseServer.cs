using System.Globalization;

namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>
/// One Lease and one object that leaders write, as an API server keeps them: a write without a version is unconditional, one
/// that changes nothing is not stored.
/// </summary>
internal sealed class SimulatedLeaseServer
{
    private V1Lease? _lease;
    private int _version = 1;
    private int _uids;

    public string? Holder => _lease?.Spec?.HolderIdentity;

    /// <summary>The object that leaders write.</summary>
    public V1ConfigMap Object { get; private set; } = new() { Metadata = new() { Name = "log", ResourceVersion = "1" } };

    /// <summary>The terms in which the object was written, in the order of the server's history.</summary>
    public List<long> History { get; } = [];

    public LeaseResponse Answer(LeaseCall call) => call switch
    {
        LeaseCall.Read => _lease is null ? new LeaseResponse.Missing() : new LeaseResponse.Found(_lease),
        LeaseCall.Create when _lease is not null => new LeaseResponse.Conflict(),
        LeaseCall.Create(var spec) => Store(new() { Metadata = new() { Name = "leader", Uid = $"u{++_uids}" }, Spec = spec }),
        _ when _lease is null => new LeaseResponse.Missing(),
        LeaseCall.Write(var before, var spec, _) => Patch(before, spec),
        LeaseCall.Release(var before) => Patch(before, _lease.Spec! with { HolderIdentity = null, AcquireTime = null }),
        _ => throw new ArgumentException($"unknown call {call}", nameof(call)),
    };

    /// <summary>Somebody deletes the Lease by hand.</summary>
    public void DeleteLease() => _lease = null;

    /// <summary>A leader's write to the object; nothing happens when one of its tests fails.</summary>
    public void Write(V1Patch patch, long term)
    {
        var metadata = Object.Metadata;
        foreach (var operation in patch.Content.AsArray())
        {
            var (path, value) = ((string)operation!["path"]!, operation["value"]);
            if ((string)operation["op"]! == "test")
            {
                var there = path == "/metadata/resourceVersion" ? metadata.ResourceVersion : metadata.Annotations?.GetValueOrDefault(ElectorNode.Annotation);
                if (there != (string?)value)
                {
                    return;
                }
            }
            else if (path != "/metadata/annotations")
            {
                metadata = metadata with { Annotations = new Dictionary<string, string> { [ElectorNode.Annotation] = (string)value! } };
            }
        }

        Object = Object with { Metadata = metadata with { ResourceVersion = NextVersion() } };
        History.Add(term);
    }

    private LeaseResponse Patch(V1Lease before, V1LeaseSpec spec)
    {
        if (before.Metadata.ResourceVersion is { } expected && expected != _lease!.Metadata.ResourceVersion)
        {
            return new LeaseResponse.Conflict();
        }

        return spec == _lease!.Spec ? new LeaseResponse.Found(_lease) : Store(_lease with { Spec = spec });
    }

    private LeaseResponse.Found Store(V1Lease lease)
    {
        _lease = lease with { Metadata = lease.Metadata with { ResourceVersion = NextVersion() } };
        return new(_lease);
    }

    private string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);
}
