using System.Text.RegularExpressions;

namespace Foreman.Operator.Enroll;

/// <summary>A Secret by its namespace and name.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name there.</param>
internal sealed partial record SecretName(string Namespace, string Name)
{
    /// <summary>Reads <c>NAMESPACE/NAME</c>; null when it is none.</summary>
    /// <param name="text">From the command line.</param>
    public static SecretName? Parse(string text) =>
        text.Split('/') is [var space, var name] && space.Length <= 63 && name.Length <= 253 && Valid().IsMatch(space) && !space.Contains('.', StringComparison.Ordinal) && Valid().IsMatch(name)
            ? new(space, name)
            : null;

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => $"{Namespace}/{Name}";

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Valid();
}
