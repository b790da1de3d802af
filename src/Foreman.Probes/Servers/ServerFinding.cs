using Foreman.Api;

namespace Foreman.Probes;

/// <summary>A detected model server, with its models and notes for people.</summary>
internal sealed record ServerFinding(ModelServer Server, IReadOnlyList<ServedModel> Models)
{
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>By a model's name: a mark of its file and chat template, where the server tells them.</summary>
    public IReadOnlyDictionary<string, string> Marks { get; init; } = new Dictionary<string, string>();

    public static ServerFinding Unhealthy(ModelServerKind? kind, string url, string reason, string? version = null) =>
        new(new ModelServer { Kind = kind, Url = url, Version = version, Healthy = false, Reason = reason }, []);

    /// <summary>A server that serves; of the listed models, those that can chat are reported.</summary>
    public static ServerFinding Healthy(ModelServerKind kind, string url, string? version, IReadOnlyList<ServedModel> listed)
    {
        var (models, notes) = ServedModels.Reported(listed);
        return new(new ModelServer { Kind = kind, Url = url, Version = version, Healthy = true }, models) { Notes = notes };
    }
}
