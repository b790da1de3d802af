using System.Buffers;

namespace Foreman.Kubernetes;

/// <summary>
/// Builds label and field selectors from checked parts, so that a value with a comma can't become another condition.
/// Join several with <see cref="All"/>. Labels know all of the conditions, fields only <see cref="Equal"/>,
/// <see cref="NotEqual"/>, <see cref="FieldEqual"/> and <see cref="FieldNotEqual"/>.
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

    /// <summary>The label is not there.</summary>
    /// <exception cref="ArgumentException">The key holds a character that has a meaning in selectors.</exception>
    public static string NotExists(string key) => "!" + Checked(key);

    /// <summary>The label has one of these values.</summary>
    /// <exception cref="ArgumentException">There is no value, or a part holds a character that has a meaning in selectors.</exception>
    public static string In(string key, params IEnumerable<string> values) => $"{Checked(key)} in ({Joined(values)})";

    /// <summary>The label has none of these values, or is absent.</summary>
    /// <exception cref="ArgumentException">There is no value, or a part holds a character that has a meaning in selectors.</exception>
    public static string NotIn(string key, params IEnumerable<string> values) => $"{Checked(key)} notin ({Joined(values)})";

    /// <summary>The field has this value, which may hold any character.</summary>
    /// <param name="path">The field, for example <c>metadata.name</c>.</param>
    /// <param name="value">The value; it is escaped as the server expects.</param>
    /// <exception cref="ArgumentException">The path holds a character that has a meaning in selectors.</exception>
    public static string FieldEqual(string path, string value) => $"{Checked(path)}={Escaped(value)}";

    /// <summary>The field has another value than this, which may hold any character.</summary>
    /// <param name="path">The field, for example <c>status.phase</c>.</param>
    /// <param name="value">The value; it is escaped as the server expects.</param>
    /// <exception cref="ArgumentException">The path holds a character that has a meaning in selectors.</exception>
    public static string FieldNotEqual(string path, string value) => $"{Checked(path)}!={Escaped(value)}";

    /// <summary>All of the selectors hold.</summary>
    public static string All(params IEnumerable<string> selectors) => string.Join(',', selectors);

    private static string Joined(IEnumerable<string> values)
    {
        var joined = string.Join(',', values.Select(Checked));
        return joined.Length > 0 ? joined : throw new ArgumentException("name at least one value: a set without values selects nothing", nameof(values));
    }

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);

    private static string Checked(string part) => part.AsSpan().IndexOfAny(Meaningful) < 0
        ? part
        : throw new ArgumentException($"`{part}` can't stand in a selector: it holds one of , = ! ( ) \\ or a blank", nameof(part));
}
