using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The program that serves models.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Pattern("^[a-z][a-z0-9.-]*$")]
[JsonConverter(typeof(OpenEnumConverter<ModelServerKind>))]
public readonly record struct ModelServerKind(string Value) : IOpenEnumeration<ModelServerKind>
{
    /// <summary>llama-server.</summary>
    public static ModelServerKind LlamaCpp { get; } = new("llama.cpp");

    /// <summary>Ollama.</summary>
    public static ModelServerKind Ollama { get; } = new("ollama");

    /// <summary>vLLM.</summary>
    public static ModelServerKind VLlm { get; } = new("vllm");

    /// <summary>LM Studio.</summary>
    public static ModelServerKind LmStudio { get; } = new("lmstudio");

    /// <summary>SGLang.</summary>
    public static ModelServerKind SGLang { get; } = new("sglang");

    /// <summary>MLX-LM.</summary>
    public static ModelServerKind Mlx { get; } = new("mlx");

    /// <summary>llama-swap.</summary>
    public static ModelServerKind LlamaSwap { get; } = new("llama-swap");

    /// <summary>LocalAI.</summary>
    public static ModelServerKind LocalAI { get; } = new("localai");

    /// <summary>Any other OpenAI-compatible server.</summary>
    public static ModelServerKind OpenAI { get; } = new("openai");

    /// <summary>The scripted demo model that ships with Foreman.</summary>
    public static ModelServerKind Demo { get; } = new("demo");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ModelServerKind> Known { get; } = [LlamaCpp, Ollama, VLlm, LmStudio, SGLang, Mlx, LlamaSwap, LocalAI, OpenAI, Demo];

    /// <inheritdoc/>
    public static ModelServerKind FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
