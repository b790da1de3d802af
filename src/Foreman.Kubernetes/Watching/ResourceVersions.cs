namespace Foreman.Kubernetes;

/// <summary>
/// Compares resource versions. Since 1.35 the API guarantees that they are decimal numbers that grow within a kind; others
/// are only compared for equality.
/// </summary>
public static class ResourceVersions
{
    /// <summary>True when <paramref name="version"/> is known to be older than <paramref name="other"/>.</summary>
    public static bool IsOlder(string? version, string? other) => Compare(version, other) < 0;

    /// <summary>Negative, zero or positive as for numbers; null when one of the two is not a number.</summary>
    public static int? Compare(string? left, string? right)
    {
        if (!IsNumber(left) || !IsNumber(right))
        {
            return null;
        }

        return left!.Length != right!.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);
    }

    private static bool IsNumber(string? text) =>
        !string.IsNullOrEmpty(text) && (text[0] != '0' || text.Length == 1) && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
