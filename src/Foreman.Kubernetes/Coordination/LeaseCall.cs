namespace Foreman.Kubernetes;

/// <summary>A call on a Lease.</summary>
internal abstract record LeaseCall
{
    private LeaseCall()
    {
    }

    /// <summary>Read it.</summary>
    public sealed record Read : LeaseCall;

    /// <summary>Create it, held.</summary>
    public sealed record Create(V1LeaseSpec Spec) : LeaseCall;

    /// <summary>Take or renew it, unless it has changed since it was <paramref name="Before"/>.</summary>
    /// <param name="Before">The Lease that the write builds on.</param>
    /// <param name="Spec">What it becomes.</param>
    /// <param name="Fresh">True when it was read for this write; false when it is cached from an earlier one.</param>
    public sealed record Write(V1Lease Before, V1LeaseSpec Spec, bool Fresh) : LeaseCall;

    /// <summary>Clear its holder, unless it has changed since it was <paramref name="Before"/>.</summary>
    public sealed record Release(V1Lease Before) : LeaseCall;
}

/// <summary>The outcome of a call on a Lease.</summary>
internal abstract record LeaseResponse
{
    private LeaseResponse()
    {
    }

    /// <summary>The Lease as it was read, or as it was stored.</summary>
    public sealed record Found(V1Lease Lease) : LeaseResponse;

    /// <summary>There is none.</summary>
    public sealed record Missing : LeaseResponse;

    /// <summary>A conflicting write won: nothing was written.</summary>
    public sealed record Conflict : LeaseResponse;

    /// <summary>The server refused or did not respond; whether a write was carried out is unknown.</summary>
    public sealed record Failed(string Why) : LeaseResponse;
}
