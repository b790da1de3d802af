using System.Globalization;

namespace Foreman.Probes;

/// <summary>Reads single values of the Prometheus text format.</summary>
internal static class PrometheusText
{
    private const int MostValues = 1000;

    /// <summary>Lines such as <c>llamacpp:predicted_tokens_seconds 41.7</c>; those with labels or without a finite number are left out, and what follows the first 1000.</summary>
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var space = line.IndexOf(' ');
            if (space <= 0 || line[0] == '#' || values.Count >= MostValues)
            {
                continue;
            }

            var rest = line[space..].TrimStart(' ');
            var end = rest.IndexOf(' ');
            if (double.TryParse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                values[line[..space].ToString()] = number;
            }
        }

        return values;
    }
}
