using System.Globalization;

namespace Foreman.Testing.Kubelet;

/// <summary>Quantities of Kubernetes, such as <c>250m</c> or <c>10Gi</c>.</summary>
internal static class Quantities
{
    // The first that fits is taken.
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m),
        ("Mi", 1024m * 1024),
        ("Gi", 1024m * 1024 * 1024),
        ("Ti", 1024m * 1024 * 1024 * 1024),
        ("Pi", 1024m * 1024 * 1024 * 1024 * 1024),
        ("n", 0.000000001m),
        ("u", 0.000001m),
        ("m", 0.001m),
        ("k", 1000m),
        ("M", 1000m * 1000),
        ("G", 1000m * 1000 * 1000),
        ("T", 1000m * 1000 * 1000 * 1000),
        ("P", 1000m * 1000 * 1000 * 1000 * 1000),
    ];

    /// <summary>The value of a quantity.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static decimal Parse(string text)
    {
        foreach (var (suffix, factor) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                return Number(text[..^suffix.Length]) * factor;
            }
        }

        return Number(text);
    }

    /// <summary>The value in whole units, rounded up as Kubernetes does.</summary>
    public static long Whole(string text) => (long)decimal.Ceiling(Parse(text));

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
