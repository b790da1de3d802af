using System.Text.Json.Serialization;
using Foreman.Api;

namespace Foreman.Agent.Conformance;

/// <summary>What was found of one build of a model.</summary>
/// <param name="Build">See <see cref="Probes.ModelBuild"/>.</param>
/// <param name="Server">URL of the server at which it was found.</param>
/// <param name="Model">Its name there.</param>
/// <param name="Form">How calls of tools come from it.</param>
/// <param name="At">When it was found.</param>
internal sealed record ToolCallResult(string Build, string Server, string Model, ToolCallForm Form, DateTimeOffset At);

/// <summary>The file in which results are kept.</summary>
/// <param name="Results">Oldest first.</param>
internal sealed record ToolCallFile(IReadOnlyList<ToolCallResult> Results);

/// <summary>JSON of <see cref="ToolCallFile"/>.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ToolCallFile))]
internal sealed partial class ToolCallJson : JsonSerializerContext;
