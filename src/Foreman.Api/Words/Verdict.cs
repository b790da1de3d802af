using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The outcome of a task in its own terms.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<Verdict>))]
public readonly record struct Verdict(string Value) : IOpenEnumeration<Verdict>
{
    /// <summary>The work is done.</summary>
    public static Verdict Go { get; } = new("GO");

    /// <summary>The work was declined or found wanting.</summary>
    public static Verdict NoGo { get; } = new("NO-GO");

    /// <summary>The work was not finished.</summary>
    public static Verdict Incomplete { get; } = new("INCOMPLETE");

    /// <summary>The gate passed.</summary>
    public static Verdict GatePass { get; } = new("GATE-PASS");

    /// <summary>The gate failed.</summary>
    public static Verdict GateFail { get; } = new("GATE-FAIL");

    /// <summary>The gate could not run.</summary>
    public static Verdict GateError { get; } = new("GATE-ERROR");

    /// <summary>There was nothing to do.</summary>
    public static Verdict Skipped { get; } = new("Skipped");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<Verdict> Known { get; } = [Go, NoGo, Incomplete, GatePass, GateFail, GateError, Skipped];

    /// <inheritdoc/>
    public static Verdict FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
