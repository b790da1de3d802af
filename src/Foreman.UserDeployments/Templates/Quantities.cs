namespace Foreman.UserDeployments.Templates;

/// <summary>Quantities of Kubernetes such as <c>500m</c> and <c>10Gi</c>. Pure.</summary>
internal static class Quantities
{
    private const int Most = 20;

    private static readonly string[] Units = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>True for digits, with a point within or not, and a unit.</summary>
    public static bool IsQuantity(string? text)
    {
        if (text is not { Length: > 0 and <= Most })
        {
            return false;
        }

        var number = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        return number > 0 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[number - 1]) && text[..number].Count(c => c == '.') <= 1 && Units.Contains(text[number..]);
    }

    /// <summary>True for the name of a resource.</summary>
    public static bool IsResource(string? name) =>
        name is "cpu" or "memory" or "ephemeral-storage"
        || (name is { Length: <= 253 } && name.Split('/') is [var domain, var last] && Names.IsDnsName(domain) && Names.IsConfigKey(last));
}
