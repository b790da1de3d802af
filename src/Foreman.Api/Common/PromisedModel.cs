using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The model of an attempt and where it is served.</summary>
public sealed record PromisedModel
{
    /// <summary>Name of the model, as in the host's capability; empty leaves the choice to the server.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The id by which the server knows it, which requests carry; absent when it is the name.</summary>
    [Length(Max = 256)]
    public string? Id { get; init; }

    /// <summary>Program that serves it.</summary>
    public ModelServerKind? Server { get; init; }

    /// <summary>The bare server where its API is at /v1, else the root of its API, such as https://host/llm/v1.</summary>
    public string? Url { get; init; }

    /// <summary>Tokens that the server gives one conversation, as its host probed them; absent when it is not known.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>How calls of tools come from it, as its host has tried; absent when it is not known, and then tools are offered the server's own way.</summary>
    public ToolCallForm? ToolCalls { get; init; }
}
