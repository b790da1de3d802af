using System.Text.Json.Serialization;
using Foreman.Api;

namespace Foreman.Agent.Probing;

/// <summary>What <c>foreman-agent probe --output json</c> prints.</summary>
internal sealed record ProbeReport(
    string Node, string Os, string Arch, int Slots, NodeCapability Capability, IReadOnlyList<string> Notes);

/// <summary>JSON of the agent's own records; the API's objects are written as the API writes them.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters = [typeof(Foreman.Kubernetes.Json.Rfc3339Converter)])]
[JsonSerializable(typeof(ProbeReport))]
internal sealed partial class ProbeJson : JsonSerializerContext;
