using System.Globalization;

namespace Foreman.Probes;

/// <summary>Reads single values of the Prometheus text format.</summary>
internal static class PrometheusText
{
    /// <summary>Lines such as <c>llamacpp:predicted_tokens_seconds 41.7</c>; those with labels are left out.</summary>
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#'
                && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var value, ..]
                && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                values[name] = number;
            }
        }

        return values;
    }
}
