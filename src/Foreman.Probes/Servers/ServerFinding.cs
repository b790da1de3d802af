using Foreman.Api;

namespace Foreman.Probes;

/// <summary>A detected model server, with its models.</summary>
internal sealed record ServerFinding(ModelServer Server, IReadOnlyList<ServedModel> Models)
{
    public static ServerFinding Unhealthy(ModelServerKind? kind, string url, string reason, string? version = null) =>
        new(new ModelServer { Kind = kind, Url = url, Version = version, Healthy = false, Reason = reason }, []);

    public static ServerFinding Healthy(ModelServerKind kind, string url, string? version, IReadOnlyList<ServedModel> models) =>
        new(new ModelServer { Kind = kind, Url = url, Version = version, Healthy = true }, models);
}
