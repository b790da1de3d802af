namespace Foreman.Primitives;

/// <summary>Base URLs of HTTP servers, to which paths are appended.</summary>
public static class BaseUrl
{
    /// <summary>Null when the text is not an absolute http or https URL with a host and without a query.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.Query.Length == 0
            ? url
            : null;
}
