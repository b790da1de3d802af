using System.Text.Json.Nodes;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Compiles the CEL rules of a definition's schema. What can't be evaluated here is an error that names it: a rule is never half obeyed.</summary>
internal sealed class RuleReader
{
    public const string Self = "self";
    public const string OldSelf = "oldSelf";

    private const string Extension = "x-kubernetes-validations";
    private const int MaxMessage = 2048;

    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    private readonly FieldErrors _errors;

    private RuleReader(FieldErrors errors) => _errors = errors;

    /// <summary>The rules of a whole object; null when there are none.</summary>
    public static SchemaRules? Read(StructuralSchema schema, FieldErrors errors)
    {
        var path = FieldPath.Root.Field("spec").Field("validation").Field("openAPIV3Schema");
        return new RuleReader(errors).Read(schema, CelSchemas.Whole(schema), path, null);
    }

    /// <summary>The rules of a value and of what it holds.</summary>
    /// <param name="schema">As it was written.</param>
    /// <param name="seen">As rules see it.</param>
    /// <param name="path">Its path within the definition.</param>
    /// <param name="unordered">The list above whose items can't be told from one another, so that none has an earlier value; null when there is none.</param>
    private SchemaRules? Read(StructuralSchema schema, StructuralSchema seen, FieldPath path, FieldPath? unordered)
    {
        ForbidInBranches(schema, path);
        var properties = new Dictionary<string, SchemaRules>(StringComparer.Ordinal);
        foreach (var (name, property) in schema.Properties)
        {
            if (Read(property, path.Field($"properties[{name}]"), unordered) is { } inner)
            {
                properties[name] = inner;
            }
        }

        var items = schema.Items is { } item ? Read(item, path.Field("items"), unordered ?? (schema.ListType == "map" ? null : path)) : null;
        var values = schema.AdditionalProperties is { } additional ? Read(additional, path.Field("additionalProperties"), unordered) : null;
        var rules = ReadRules(schema, seen, path, unordered);
        return rules.Count == 0 && properties.Count == 0 && items is null && values is null
            ? null
            : new SchemaRules(seen) { Rules = rules, Properties = properties, Items = items, Values = values };
    }

    private SchemaRules? Read(StructuralSchema schema, FieldPath path, FieldPath? unordered) =>
        Read(schema, schema.EmbeddedResource ? CelSchemas.Whole(schema) : schema, path, unordered);

    private List<SchemaRule> ReadRules(StructuralSchema schema, StructuralSchema seen, FieldPath path, FieldPath? unordered)
    {
        var rules = new List<SchemaRule>();
        if (schema.Source.Array(Extension) is not { Count: > 0 } written)
        {
            return rules;
        }

        if (CelSchemas.TypeOf(schema) is null)
        {
            _errors.Add(FieldError.Forbidden(path.Field(Extension).ToString(), "rules can't read a value of an unknown type"));
            return rules;
        }

        // The type is made of what rules see, which for a whole object is more than its own fields.
        var type = schema.Type == "object" && schema.AdditionalProperties is null ? new CelObjectType(seen) : CelSchemas.TypeOf(schema)!;
        var variables = new Dictionary<string, CelType>(StringComparer.Ordinal) { [Self] = type, [OldSelf] = type };
        for (var i = 0; i < written.Count && !_errors.IsFull; i++)
        {
            if (written[i] is JsonObject rule && ReadRule(rule, variables, seen, path.Field(Extension).Item(i), unordered) is { } read)
            {
                rules.Add(read);
            }
        }

        return rules;
    }

    private SchemaRule? ReadRule(JsonObject rule, Dictionary<string, CelType> variables, StructuralSchema seen, FieldPath path, FieldPath? unordered)
    {
        var before = _errors.Count;
        var (text, message) = ((rule.Text("rule") ?? "").Trim(), rule.Text("message") ?? "");
        CheckTexts(rule, text, message, path);
        var field = FieldOf(rule, seen, path);
        if (_errors.Count > before)
        {
            return null;
        }

        _errors.Charge(text.Length);
        if (Compile(rule, "rule", variables, path) is not { } program)
        {
            return null;
        }

        if (program.Result != CelType.Bool)
        {
            _errors.Add(Invalid(path.Field("rule"), rule, "cel expression must evaluate to a bool"));
        }

        if (unordered is not null && program.Reads(OldSelf))
        {
            _errors.Add(FieldError.Invalid(path.Field("rule").ToString(), Quoted(text), $"oldSelf cannot be used on the uncorrelatable portion of the schema within {unordered}"));
        }

        var telling = string.IsNullOrEmpty(rule.Text("messageExpression")) ? null : Compile(rule, "messageExpression", variables, path);
        if (telling is not null && telling.Result != CelType.Text)
        {
            _errors.Add(Invalid(path.Field("messageExpression"), rule, "messageExpression must evaluate to a string"));
        }

        return _errors.Count > before
            ? null
            : new SchemaRule(program, text) { Message = message.Trim(), MessageProgram = telling, Reason = rule.Text("reason") ?? "", FieldPath = field };
    }

    private void CheckTexts(JsonObject rule, string text, string message, FieldPath path)
    {
        if (text.Length == 0)
        {
            _errors.Add(FieldError.Required(path.Field("rule").ToString(), "rule is not specified"));
        }
        else if (message.Length > 0 && string.IsNullOrWhiteSpace(message))
        {
            _errors.Add(FieldError.Invalid(path.Field("message").ToString(), Quoted(message), "message must be non-empty if specified"));
        }
        else if (message.Length > MaxMessage)
        {
            _errors.Add(FieldError.Invalid(path.Field("message").ToString(), Quoted(message[..10] + "..."), "message must have a maximum length of 2048 characters"));
        }
        else if (message.Trim().Contains('\n'))
        {
            _errors.Add(FieldError.Invalid(path.Field("message").ToString(), Quoted(message), "message must not contain line breaks"));
        }
        else if (text.Contains('\n') && message.Length == 0)
        {
            _errors.Add(FieldError.Required(path.Field("message").ToString(), "message must be specified if rule contains line breaks"));
        }

        if (rule.Text("messageExpression") is { Length: > 0 } telling && string.IsNullOrWhiteSpace(telling))
        {
            _errors.Add(FieldError.Required(path.Field("messageExpression").ToString(), "must be non-empty if specified"));
        }

        if (rule.Text("reason") is { Length: > 0 } reason && !Reasons.Contains(reason, StringComparer.Ordinal))
        {
            _errors.Add(FieldError.NotSupported(path.Field("reason").ToString(), Quoted(reason), Reasons.Select(Quoted)));
        }

        if (JsonTree.AsBoolean(rule["optionalOldSelf"]) == true)
        {
            _errors.Add(FieldError.Forbidden(path.Field("optionalOldSelf").ToString(), "the dev cluster has no optional values: compare in the schema above, with has()"));
        }
    }

    /// <summary>The field that a rule tells, without the leading dot.</summary>
    private string FieldOf(JsonObject rule, StructuralSchema seen, FieldPath path)
    {
        var written = rule.Text("fieldPath") ?? "";
        if (written.Length == 0)
        {
            return "";
        }

        var steps = written.Split('.');
        StructuralSchema? at = steps.Length > 1 && steps[0].Length == 0 ? seen : null;
        foreach (var step in steps.Skip(1))
        {
            at = at is null ? null : at.Properties.GetValueOrDefault(step) ?? at.AdditionalProperties;
        }

        if (at is null)
        {
            _errors.Add(FieldError.Invalid(path.Field("fieldPath").ToString(), Quoted(written), "fieldPath must be a valid path: the names of fields, each after a dot"));
        }

        return written.TrimStart('.');
    }

    private CelProgram? Compile(JsonObject rule, string name, Dictionary<string, CelType> variables, FieldPath path)
    {
        try
        {
            return CelProgram.Compile(rule.Text(name) ?? "", variables);
        }
        catch (CelException e)
        {
            _errors.Add(Invalid(path.Field(name), rule, name == "rule" ? "compilation failed: " + e.Message : "messageExpression compilation failed: " + e.Message));
            return null;
        }
    }

    /// <summary>Rules in anyOf, allOf, oneOf and not are no part of a structural schema.</summary>
    private void ForbidInBranches(StructuralSchema schema, FieldPath path)
    {
        foreach (var (name, branches) in (ReadOnlySpan<(string, IReadOnlyList<StructuralSchema>)>)[("allOf", schema.AllOf), ("anyOf", schema.AnyOf), ("oneOf", schema.OneOf)])
        {
            for (var i = 0; i < branches.Count; i++)
            {
                Forbid(branches[i], path.Field(name).Item(i));
            }
        }

        if (schema.Not is { } not)
        {
            Forbid(not, path.Field("not"));
        }
    }

    private void Forbid(StructuralSchema branch, FieldPath path)
    {
        if (branch.Source.Array(Extension) is { Count: > 0 })
        {
            _errors.Add(FieldError.Forbidden(path.Field(Extension).ToString(), "must be empty to be structural"));
        }

        ForbidInBranches(branch, path);
        foreach (var (name, property) in branch.Properties)
        {
            Forbid(property, path.Field($"properties[{name}]"));
        }

        if (branch.Items is { } items)
        {
            Forbid(items, path.Field("items"));
        }

        if (branch.AdditionalProperties is { } additional)
        {
            Forbid(additional, path.Field("additionalProperties"));
        }
    }

    // The API server shows the whole rule as Go writes the value.
    private static FieldError Invalid(FieldPath path, JsonObject rule, string detail) => FieldError.Invalid(
        path.ToString(),
        $"apiextensions.ValidationRule{{Rule:{Quoted(rule.Text("rule"))}, Message:{Quoted(rule.Text("message"))}, MessageExpression:{Quoted(rule.Text("messageExpression"))}, "
            + $"Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:{Quoted(rule.Text("fieldPath"))}, OptionalOldSelf:(*bool)(nil)}}",
        detail);

    private static string Quoted(string? text) => JsonTree.ToText(JsonValue.Create(text ?? ""));
}
