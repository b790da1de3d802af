using System.Text;

namespace Foreman.Agent.Cli;

/// <summary>Names that Kubernetes takes for an object (RFC 1123 subdomain) and a label.</summary>
internal static class NodeNames
{
    private const int Longest = 253;

    /// <summary>A host name made valid: lower case, everything else than letters, digits and dots a dash, no dots or dashes at the ends.</summary>
    public static string Sanitise(string hostName)
    {
        var name = new StringBuilder();
        foreach (var c in hostName.ToLowerInvariant())
        {
            name.Append(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '.' ? c : '-');
        }

        var labels = name.ToString().Split('.').Select(l => l.Trim('-')).Where(l => l.Length > 0);
        var joined = string.Join('.', labels);
        return joined.Length == 0 ? "host" : joined[..Math.Min(joined.Length, Longest)].TrimEnd('-', '.');
    }

    public static bool IsValid(string name) => name.Length is > 0 and <= Longest && Sanitise(name) == name;
}
