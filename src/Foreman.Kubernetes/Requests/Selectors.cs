using System.Buffers;

namespace Foreman.Kubernetes;

/// <summary>
/// Builds label and field selectors from checked parts, so that a value with a comma can't become another condition.
/// Join several with <see cref="All"/>.
/// </summary>
public static class Selectors
{
    private static readonly SearchValues<char> Meaningful = SearchValues.Create(",=!()\\ ");

    /// <summary>The label or field has this value.</summary>
    /// <exception cref="ArgumentException">A part holds a character that has a meaning in selectors.</exception>
    public static string Equal(string key, string value) => $"{Checked(key)}={Checked(value)}";

    /// <summary>The label or field has another value, or (labels) is absent.</summary>
    /// <exception cref="ArgumentException">A part holds a character that has a meaning in selectors.</exception>
    public static string NotEqual(string key, string value) => $"{Checked(key)}!={Checked(value)}";

    /// <summary>The label is there. Fields have no such test.</summary>
    /// <exception cref="ArgumentException">The key holds a character that has a meaning in selectors.</exception>
    public static string Exists(string key) => Checked(key);

    /// <summary>All of the selectors hold.</summary>
    public static string All(params IEnumerable<string> selectors) => string.Join(',', selectors);

    private static string Checked(string part) => part.AsSpan().IndexOfAny(Meaningful) < 0
        ? part
        : throw new ArgumentException($"`{part}` can't stand in a selector: it holds one of , = ! ( ) \\ or a blank", nameof(part));
}
