using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>The bounds of strings and numbers.</summary>
internal static class ScalarRules
{
    public static void Check(JsonValue value, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        if (JsonTree.AsText(value) is { } text)
        {
            CheckText(text, schema, path, errors);
        }
        else if (JsonTree.AsNumber(value) is { } number)
        {
            CheckNumber(value, number, schema, path, errors);
        }
    }

    private static void CheckText(string text, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        var bounds = schema.Bounds;
        var runes = bounds.MaxLength is null && bounds.MinLength is null ? 0 : text.EnumerateRunes().Count();
        if (bounds.MaxLength is { } most && runes > most)
        {
            errors.Add(FieldError.TooLong(path.ToString(), most));
        }
        else if (bounds.MinLength is { } least && runes < least)
        {
            errors.Add(FieldError.Invalid(path.ToString(), $"\"{text}\"", $"{FieldError.Body(path.ToString())} should be at least {least} chars long"));
        }
        else if (bounds.Pattern is { } pattern && !pattern.IsMatch(text, errors))
        {
            errors.Add(FieldError.Invalid(path.ToString(), $"\"{text}\"", $"{FieldError.Body(path.ToString())} should match '{pattern.Text}'"));
        }

        if (schema.Format.Length > 0 && !Formats.IsValid(schema.Format, text))
        {
            errors.Add(FieldError.Type(path.ToString(), text, schema.Format));
        }
    }

    private static void CheckNumber(JsonValue value, double number, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        if (schema.Format == "int32" && schema.Type == "integer" && (number < int.MinValue || number > int.MaxValue))
        {
            // The API server reports this error without a field; the message has it.
            errors.Add(FieldError.Invalid("<nil>", "\"\"", $"Checked value must be of type integer with format int32 in {path}"));
        }

        var bounds = schema.Bounds;
        var shown = JsonTree.ToText(value);
        if (bounds.Maximum is { } most && (bounds.ExclusiveMaximum ? number >= most : number > most))
        {
            errors.Add(FieldError.Invalid(path.ToString(), shown, $"{FieldError.Body(path.ToString())} should be less than {(bounds.ExclusiveMaximum ? "" : "or equal to ")}{Show(most)}"));
        }

        if (bounds.Minimum is { } least && (bounds.ExclusiveMinimum ? number <= least : number < least))
        {
            errors.Add(FieldError.Invalid(path.ToString(), shown, $"{FieldError.Body(path.ToString())} should be greater than {(bounds.ExclusiveMinimum ? "" : "or equal to ")}{Show(least)}"));
        }

        if (bounds.MultipleOf is { } step && Math.Abs((number / step) - Math.Round(number / step)) > 1e-9)
        {
            errors.Add(FieldError.Invalid(path.ToString(), shown, $"{FieldError.Body(path.ToString())} should be a multiple of {Show(step)}"));
        }
    }

    private static string Show(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
