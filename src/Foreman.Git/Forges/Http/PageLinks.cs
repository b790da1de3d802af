namespace Foreman.Git.Forges.Http;

/// <summary>The Link header (RFC 8288), in which all three forges name the next page.</summary>
internal static class PageLinks
{
    /// <summary>The target of <c>rel="next"</c>; null when this is the last page.</summary>
    /// <param name="header">The value; null when the header is absent.</param>
    internal static string? Next(string? header)
    {
        var rest = header.AsSpan();
        while (rest.IndexOf('<') is >= 0 and var start && rest[start..].IndexOf('>') is > 0 and var length)
        {
            var target = rest.Slice(start + 1, length - 1);
            rest = rest[(start + length + 1)..];
            var end = rest.IndexOf('<');
            if (IsNext(end < 0 ? rest : rest[..end]))
            {
                return target.ToString();
            }
        }

        return null;
    }

    private static bool IsNext(ReadOnlySpan<char> parameters) =>
        parameters.ToString().Split(';', ',').Any(p => p.Trim() is "rel=\"next\"" or "rel=next");
}
