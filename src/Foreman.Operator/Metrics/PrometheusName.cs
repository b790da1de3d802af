using System.Diagnostics.Metrics;

namespace Foreman.Operator.Metrics;

/// <summary>Names of instruments and labels as Prometheus takes them.</summary>
internal static class PrometheusName
{
    /// <summary>The name with its unit and, for counters, <c>_total</c> at the end, each once.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="type">Type of the metric, as Prometheus calls it.</param>
    public static string Of(Instrument instrument, string type)
    {
        var name = Sanitise(instrument.Name);
        if (Unit(instrument.Unit) is { } unit && !name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        return type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Every character that Prometheus does not take becomes an underscore.</summary>
    public static string Sanitise(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));

    // Units in braces are annotations and belong to no name.
    private static string? Unit(string? unit) => unit switch
    {
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "By" => "_bytes",
        _ => null,
    };
}
