using System.Security.Cryptography;
using System.Text;

namespace Foreman.UserDeployments;

/// <summary>What Kubernetes takes for names. Pure.</summary>
public static class Names
{
    /// <summary>True for a DNS label: lower-case letters, digits and inner dashes, at most 63.</summary>
    public static bool IsLabel(string? text) => IsLabel(text, 63);

    /// <summary>True for a DNS label of so many characters at most.</summary>
    public static bool IsLabel(string? text, int most) =>
        text is { Length: > 0 } && text.Length <= most && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>True for a DNS name: labels with dots between, at most 253 characters.</summary>
    public static bool IsDnsName(string? text) => text is { Length: > 0 and <= 253 } && text.Split('.').All(IsLabel);

    /// <summary>True for the name of an environment variable that shells take.</summary>
    public static bool IsVariable(string? text) =>
        text is { Length: > 0 and <= 100 } && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>True for a key of a ConfigMap.</summary>
    public static bool IsConfigKey(string? text) =>
        text is { Length: > 0 and <= 253 } && text is not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>True for the name of a parameter: letters, digits, inner dashes and underscores.</summary>
    public static bool IsParameter(string? text) => text is { Length: > 0 and <= 63 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Twelve characters that differ for distinct texts.</summary>
    internal static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
