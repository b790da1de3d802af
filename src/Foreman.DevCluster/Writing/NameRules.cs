using System.Text.RegularExpressions;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.Writing;

/// <summary>Validates names, labels and keys (RFC 1123 and qualified names), with the API server's messages.</summary>
internal static partial class NameRules
{
    private const string SubdomainRule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
        + @"(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelRule =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string KeyRule =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string ValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const int MaxLabelLength = 63;

    /// <summary>What is wrong with an object's name, or null.</summary>
    public static string? CheckName(string name, ResourceDefinition type)
    {
        if (type.Plural == "namespaces" && type.Group.Length == 0)
        {
            return name.Length <= MaxLabelLength && Label().IsMatch(name) ? null : LabelRule;
        }

        return Subdomain().IsMatch(name) ? null : SubdomainRule;
    }

    public static void CheckLabel(string key, string value, FieldErrors errors)
    {
        CheckKey(key, "metadata.labels", errors);
        if (value.Length > MaxLabelLength)
        {
            errors.Add(FieldError.Invalid("metadata.labels", $"\"{value}\"", $"must be no more than {MaxLabelLength} bytes"));
        }

        if (value.Length > 0 && !LabelText().IsMatch(value))
        {
            errors.Add(FieldError.Invalid("metadata.labels", $"\"{value}\"", ValueRule));
        }
    }

    public static void CheckKey(string key, string field, FieldErrors errors)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && !Subdomain().IsMatch(key[..slash]))
        {
            errors.Add(FieldError.Invalid(field, $"\"{key}\"", "prefix part " + SubdomainRule));
        }

        var name = key[(slash + 1)..];
        if (name.Length > MaxLabelLength)
        {
            errors.Add(FieldError.Invalid(field, $"\"{key}\"", $"name part must be no more than {MaxLabelLength} bytes"));
        }

        if (!LabelText().IsMatch(name))
        {
            errors.Add(FieldError.Invalid(field, $"\"{key}\"", KeyRule));
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelText();
}
