using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Errors;

/// <summary>One field error: reason, path, and the message of kube-apiserver.</summary>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    /// <summary>The reason for a value of the wrong type.</summary>
    public const string WrongType = "FieldValueTypeInvalid";

    private const int MaxShown = 4096;

    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, detail.Length == 0 ? "Required value" : "Required value: " + detail);

    /// <summary>A value that breaks a rule; null where the value is not told.</summary>
    public static FieldError Invalid(string field, string? value, string detail) =>
        new("FieldValueInvalid", field, value is null ? $"Invalid value: {detail}" : $"Invalid value: {Shown(value)}: {detail}");

    public static FieldError Type(string field, string found, string wanted) =>
        new(WrongType, field, $"Invalid value: \"{Shown(found)}\": {Body(field)} must be of type {wanted}: \"{Shown(found)}\"");

    public static FieldError NotSupported(string field, string value, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field, $"Unsupported value: {Shown(value)}: supported values: {string.Join(", ", supported)}");

    public static FieldError TooMany(string field, int count, long most) => new("FieldValueTooMany", field, $"Too many: {count}: must have at most {most} items");

    public static FieldError TooLong(string field, long most) => new("FieldValueTooLong", field, $"Too long: may not be more than {most} bytes");

    /// <summary>A value that is there twice; null where the value is not told.</summary>
    public static FieldError Duplicate(string field, string? value) => new("FieldValueDuplicate", field, value is null ? "Duplicate value" : $"Duplicate value: {Shown(value)}");

    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", field, "Forbidden: " + detail);

    // A message is told for each of many errors, so a long value must not be repeated in all of them.
    private static string Shown(string value) => value.Length <= MaxShown ? value : string.Concat(value.AsSpan(0, MaxShown), "…");

    /// <summary>"spec.size in body", the prefix of kube-apiserver's schema messages.</summary>
    public static string Body(string field) => (field.Length == 0 ? "" : field + " ") + "in body";

    public override string ToString() => $"{Field}: {Message}";

    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };
}
