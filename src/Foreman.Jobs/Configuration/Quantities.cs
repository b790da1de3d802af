using System.Globalization;

namespace Foreman.Jobs;

/// <summary>Quantities of Kubernetes, as <c>500m</c>, <c>2</c>, <c>10Gi</c> and <c>1e3</c>. Pure.</summary>
internal static class Quantities
{
    private const decimal Largest = long.MaxValue;

    private static readonly Dictionary<string, decimal> Units = new(StringComparer.Ordinal)
    {
        [""] = 1m,
        ["n"] = 0.000000001m,
        ["u"] = 0.000001m,
        ["m"] = 0.001m,
        ["k"] = 1000m,
        ["M"] = 1000_000m,
        ["G"] = 1000_000_000m,
        ["T"] = 1000_000_000_000m,
        ["P"] = 1000_000_000_000_000m,
        ["E"] = 1000_000_000_000_000_000m,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
        ["Pi"] = 1L << 50,
        ["Ei"] = 1L << 60,
    };

    /// <summary>The number that a quantity is; null when the text is no quantity, or a negative one, or one that is too large.</summary>
    public static decimal? Parse(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (digits is 0 or > 20 || !decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || Unit(text[digits..]) is not { } unit)
        {
            return null;
        }

        return number > Largest / Math.Max(unit, 1m) ? null : number * unit;
    }

    // 1E is an exa, 1E3 a thousand.
    private static decimal? Unit(string suffix)
    {
        if (Units.TryGetValue(suffix, out var unit))
        {
            return unit;
        }

        if (suffix.Length < 2 || suffix[0] is not ('e' or 'E') || !int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) || exponent is < -9 or > 18)
        {
            return null;
        }

        var power = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++)
        {
            power *= 10m;
        }

        return exponent < 0 ? 1m / power : power;
    }
}
