using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Evaluates the CEL rules of a definition on an object, with the API server's messages and its bounds of cost.</summary>
internal sealed class RuleValidator
{
    /// <summary>Most cost of one evaluation: about a tenth of a second.</summary>
    public const long CallLimit = 1_000_000;

    /// <summary>Most cost of all rules of one object: about a second.</summary>
    public const long ObjectLimit = 10_000_000;

    private const string OutOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";
    private const int MaxToldBytes = 5 * 1024;

    // A detail is told for each of many errors, and may hold a key or a rule of any length.
    private const int MaxDetail = 8 * 1024;

    private readonly FieldErrors _errors;
    private readonly List<string> _warnings;
    private long _left = ObjectLimit;
    private bool _isOver;

    private RuleValidator(FieldErrors errors, List<string> warnings)
    {
        _errors = errors;
        _warnings = warnings;
    }

    /// <summary>Adds an error for each rule that does not hold.</summary>
    /// <param name="rules">The rules of the kind.</param>
    /// <param name="root">The whole object.</param>
    /// <param name="stored">What stood there before; null for a new object.</param>
    /// <param name="errors">Collects the errors.</param>
    /// <param name="warnings">Collects what does not hold of values that did not change ("ratcheting").</param>
    /// <exception cref="ApiException">413 when a pattern takes too much work.</exception>
    public static void Validate(SchemaRules rules, JsonObject root, JsonObject? stored, FieldErrors errors, List<string> warnings)
    {
        // As in the API server: rules may rely on types and on what is required.
        if (errors.Any(error => error.Reason is "FieldValueNotSupported" or "FieldValueRequired" or "FieldValueTooLong" or "FieldValueTooMany" or FieldError.WrongType))
        {
            errors.Add(FieldError.Invalid("<nil>", "null", "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"));
            return;
        }

        new RuleValidator(errors, warnings).Check(rules, new Place(FieldPath.Root, root, stored, null));
    }

    private void Check(SchemaRules rules, Place place)
    {
        if (place.Node is null || _isOver || _errors.IsFull)
        {
            return;
        }

        CheckRules(rules, place);
        if (place.Node is JsonObject map)
        {
            CheckMembers(map, rules, place);
        }
        else if (place.Node is JsonArray list && rules.Items is { } items)
        {
            var before = ListRules.ByKey(place.Stored as JsonArray, rules.Schema);
            for (var i = 0; i < list.Count && !_isOver; i++)
            {
                Check(items, new Place(place.Path.Item(i), list[i], ListRules.Counterpart(list[i], rules.Schema, before), place));
            }
        }
    }

    private void CheckMembers(JsonObject map, SchemaRules rules, Place place)
    {
        var stored = place.Stored as JsonObject;
        foreach (var (name, inner) in rules.Properties)
        {
            Check(inner, new Place(place.Path.Field(name), map[name], stored?[name], place));
        }

        if (rules.Values is not { } values)
        {
            return;
        }

        foreach (var (name, value) in map)
        {
            Check(values, new Place(place.Path.Key(name), value, stored?[name], place));
        }
    }

    private void CheckRules(SchemaRules rules, Place place)
    {
        if (rules.Rules.Count == 0)
        {
            return;
        }

        var variables = new Dictionary<string, CelValue>(StringComparer.Ordinal) { [RuleReader.Self] = CelSchemas.ValueOf(place.Node, rules.Schema) };
        if (place.Stored is not null)
        {
            variables[RuleReader.OldSelf] = CelSchemas.ValueOf(place.Stored, rules.Schema);
        }

        foreach (var rule in rules.Rules)
        {
            if ((place.Stored is not null || !rule.IsTransition) && !_isOver)
            {
                CheckRule(rule, rules.Schema.Type, variables, place);
            }
        }
    }

    private void CheckRule(SchemaRule rule, string type, Dictionary<string, CelValue> variables, Place place)
    {
        if (_left <= 0)
        {
            _isOver = true;
            _errors.Add(Error(place, type, OutOfBudget));
            return;
        }

        var hasWholeCall = _left >= CallLimit;
        try
        {
            switch (Evaluate(rule.Program, variables))
            {
                case CelBool { Value: true }:
                    break;
                case CelError { Message: var message } when message.StartsWith("no such overload", StringComparison.Ordinal):
                    _errors.Add(Error(place, type, $"'{message}': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}"));
                    break;
                case CelError { Message: var message }:
                    _errors.Add(Error(place, type, $"{message} evaluating rule: {rule.Shown}"));
                    break;
                default:
                    Broken(rule, variables, place);
                    break;
            }
        }
        catch (CelCostException e)
        {
            _isOver = true;
            _errors.Add(Error(place, type, hasWholeCall ? $"'{e.Message}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.Shown}" : OutOfBudget));
        }
    }

    private void Broken(SchemaRule rule, Dictionary<string, CelValue> variables, Place place)
    {
        var path = Shown(place);
        if (rule.FieldPath.Length > 0)
        {
            path = place.Path == FieldPath.Root ? rule.FieldPath : path + "." + rule.FieldPath;
        }

        var detail = Told(rule, variables) ?? (rule.Message.Length > 0 ? rule.Message : Cut("failed rule: " + rule.Text));
        var error = rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(path, detail),
            "FieldValueRequired" => FieldError.Required(path, detail),
            "FieldValueDuplicate" => FieldError.Duplicate(path, Scalar(place.Node)),
            _ => FieldError.Invalid(path, Scalar(place.Node), detail),
        };
        if (rule.IsTransition || !place.IsUnchanged)
        {
            _errors.Add(error);
        }
        else if (_warnings.Count < FieldErrors.Limit)
        {
            _warnings.Add(error.ToString());
        }
    }

    /// <summary>The message that the rule's expression makes; null when there is none, or it makes none that can be shown.</summary>
    private string? Told(SchemaRule rule, Dictionary<string, CelValue> variables)
    {
        if (rule.MessageProgram is not { } program)
        {
            return null;
        }

        try
        {
            var told = Evaluate(program, variables) is CelText { Value: var text } ? text.Trim() : "";
            return told.Length == 0 || told.Contains('\n') || Encoding.UTF8.GetByteCount(told) > MaxToldBytes ? null : told;
        }
        catch (CelCostException)
        {
            _isOver = true;
            return "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run";
        }
    }

    private CelValue Evaluate(CelProgram program, Dictionary<string, CelValue> variables)
    {
        var run = program.Start(Math.Min(CallLimit, _left));
        try
        {
            return program.Evaluate(variables, run);
        }
        finally
        {
            _left -= run.Cost;
        }
    }

    private static FieldError Error(Place place, string type, string detail) => FieldError.Invalid(Shown(place), $"\"{type}\"", Cut(detail));

    // What a rule is about is told where it is a scalar, as on the API server.
    private static string? Scalar(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() == JsonValueKind.String ? $"\"{value.GetValue<string>()}\"" : value.ToJsonString();

    private static string Cut(string detail) => detail.Length <= MaxDetail ? detail : string.Concat(detail.AsSpan(0, MaxDetail), "…");

    // The API server has no path for the object itself.
    private static string Shown(Place place) => place.Path == FieldPath.Root ? "<nil>" : place.Path.ToString();

    /// <summary>A value, and what stood in its place before.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="node">The value.</param>
    /// <param name="stored">What stood there; null when nothing did, or when it can't be told which value it was.</param>
    /// <param name="parent">What holds it; null for the object.</param>
    private sealed class Place(FieldPath path, JsonNode? node, JsonNode? stored, Place? parent)
    {
        private bool? _isUnchanged;

        public FieldPath Path => path;

        public JsonNode? Node => node;

        public JsonNode? Stored => stored;

        /// <summary>Whether it, or the nearest value around it whose earlier state is known, is as it was.</summary>
        public bool IsUnchanged => _isUnchanged ??= stored is not null ? JsonTree.Same(node, stored) : parent?.IsUnchanged ?? false;
    }
}
