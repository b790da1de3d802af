using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Endpoint of a cloud-proxy Agent.</summary>
public sealed record ProviderConfig
{
    /// <summary>Base URL of the OpenAI-compatible endpoint.</summary>
    [Length(Min = 1)]
    public string? BaseURL { get; init; }

    /// <summary>Name of the model there.</summary>
    [Length(Min = 1)]
    public string? Model { get; init; }

    /// <summary>Key that the endpoint asks for.</summary>
    public SecretKeySelector? ApiKeySecretRef { get; init; }
}
