namespace Foreman.Jobs;

/// <summary>Names of images. Pure.</summary>
internal static class ImageNames
{
    private const int Most = 1024;

    /// <summary>True for what may be the name of an image; registries and runtimes have the last word.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= Most && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' or '@' or '+');
}
