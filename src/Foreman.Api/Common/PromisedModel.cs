namespace Foreman.Api;

/// <summary>The model of an attempt and where it is served.</summary>
public sealed record PromisedModel
{
    /// <summary>Name of the model as the server knows it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Program that serves it.</summary>
    public ModelServerKind? Server { get; init; }

    /// <summary>Base URL of the server, without /v1.</summary>
    public string? Url { get; init; }

    /// <summary>Tokens that the server gives one conversation, as its host probed them; absent when it is not known.</summary>
    public int? ContextTokens { get; init; }
}
