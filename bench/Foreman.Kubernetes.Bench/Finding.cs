using System.Text.Json.Serialization;

namespace Foreman.Kubernetes.Bench;

/// <summary>One number and what it should be.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Aim">What it should be, in words; null for a number that only explains another.</param>
internal sealed record Finding(string What, double Value, string Unit, string? Aim = null)
{
    /// <summary>Whether the aim is met; null without one.</summary>
    public bool? Met { get; init; }

    public static Finding AtLeast(string what, double value, string unit, double aim) =>
        new(what, value, unit, FormattableString.Invariant($"≥ {aim:0.##}")) { Met = value >= aim };

    public static Finding AtMost(string what, double value, string unit, double aim) =>
        new(what, value, unit, FormattableString.Invariant($"≤ {aim:0.##}")) { Met = value <= aim };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext;
