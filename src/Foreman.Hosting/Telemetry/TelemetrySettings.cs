using Foreman.Primitives;

namespace Foreman.Hosting;

/// <summary>Which signals are exported, as the <c>OTEL_</c> variables say.</summary>
/// <param name="Traces">True when traces are exported.</param>
/// <param name="Metrics">True when metrics are exported.</param>
/// <param name="Problems">Variables that can't be followed, one sentence each.</param>
public sealed record TelemetrySettings(bool Traces, bool Metrics, IReadOnlyList<string> Problems)
{
    /// <summary>Null when nothing is to be exported: no endpoint is set, or <c>OTEL_SDK_DISABLED</c> is true.</summary>
    public static TelemetrySettings? Read(Func<string, string?> environment)
    {
        if (string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var problems = new List<string>();
        var settings = new TelemetrySettings(
            IsExported("TRACES", environment, problems), IsExported("METRICS", environment, problems), [.. problems.Distinct()]);
        return settings is { Traces: false, Metrics: false, Problems.Count: 0 } ? null : settings;
    }

    private static bool IsExported(string signal, Func<string, string?> environment, List<string> problems)
    {
        string[] variables = [$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (variables.FirstOrDefault(v => environment(v) is { Length: > 0 }) is not { } variable)
        {
            return false;
        }

        var exporter = environment($"OTEL_{signal}_EXPORTER") is { Length: > 0 } name ? name : "otlp";
        if (exporter is not ("otlp" or "none"))
        {
            problems.Add($"OTEL_{signal}_EXPORTER: `{exporter}` is not supported: expected otlp or none. This signal is not exported");
        }

        if (exporter != "otlp")
        {
            return false;
        }

        if (BaseUrl.Parse(environment(variable)!) is null)
        {
            problems.Add($"{variable}: `{environment(variable)}` is not valid: expected a URL, for example http://collector:4317. Nothing is exported there");
            return false;
        }

        return true;
    }
}
