using System.Text.Json.Nodes;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Admission;

/// <summary>An expression of a policy with the name or the messages that belong to it.</summary>
/// <param name="Program">Compiled.</param>
/// <param name="Text">As it was written.</param>
internal sealed record PolicyExpression(CelProgram Program, string Text)
{
    /// <summary>Name of a variable.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is told when a validation is false; empty for the expression itself.</summary>
    public string Message { get; init; } = "";

    public CelProgram? MessageProgram { get; init; }

    /// <summary>Reason of the refusal; empty for Invalid.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A ValidatingAdmissionPolicy, compiled.</summary>
internal sealed record AdmissionPolicy(string Name, PolicyMatch Match)
{
    /// <summary>An expression that ends in an error refuses the request (<c>failurePolicy: Fail</c>, the default).</summary>
    public bool FailsClosed { get; init; } = true;

    public IReadOnlyList<PolicyExpression> Conditions { get; init; } = [];

    public IReadOnlyList<PolicyExpression> Variables { get; init; } = [];

    public IReadOnlyList<PolicyExpression> Validations { get; init; } = [];
}

/// <summary>Compiles policies. What can't be evaluated here is an error that names it.</summary>
internal sealed class PolicyReader
{
    private static readonly string[] Reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];

    private readonly FieldErrors _errors;

    // Variables come in as they are read: each sees those before it.
    private readonly Dictionary<string, CelType> _variables = new(StringComparer.Ordinal);

    private readonly Dictionary<string, CelType> _types = new(StringComparer.Ordinal)
    {
        ["object"] = CelType.Dyn,
        ["oldObject"] = CelType.Dyn,
        ["namespaceObject"] = CelType.Dyn,
        ["request"] = AdmissionRequest.RequestType,
    };

    private PolicyReader(FieldErrors errors) => _errors = errors;

    /// <summary>The policy; what is wrong is added to the errors.</summary>
    public static AdmissionPolicy Read(JsonObject root, FieldErrors errors)
    {
        var spec = root.Object("spec");
        var reader = new PolicyReader(errors);
        reader.CheckShape(spec);

        // Conditions decide whether there is anything to compute: they see no variables. Without any, the name is unknown.
        var conditions = reader.Read(spec, "matchConditions", CelType.Bool);
        if (spec?["variables"] is JsonArray { Count: > 0 })
        {
            reader._types["variables"] = new CelFieldsType(reader._variables);
        }

        var variables = reader.Read(spec, "variables", null);
        return new AdmissionPolicy(root.Object("metadata").Text("name") ?? "", new PolicyMatch(spec.Object("matchConstraints")))
        {
            FailsClosed = spec.Text("failurePolicy") != "Ignore",
            Conditions = conditions,
            Variables = variables,
            Validations = reader.Read(spec, "validations", CelType.Bool),
        };
    }

    private void CheckShape(JsonObject? spec)
    {
        foreach (var (name, why) in (ReadOnlySpan<(string, string)>)
        [
            ("paramKind", "the dev cluster has no parameters of policies: write the values into the expressions"),
            ("auditAnnotations", "the dev cluster keeps no audit log"),
        ])
        {
            if (spec?[name] is JsonObject or JsonArray { Count: > 0 })
            {
                _errors.Add(FieldError.Forbidden("spec." + name, why));
            }
        }

        if (spec.Object("matchConstraints").Array("resourceRules") is not { Count: > 0 })
        {
            _errors.Add(FieldError.Required("spec.matchConstraints.resourceRules"));
        }

        if (spec.Array("validations") is not { Count: > 0 })
        {
            _errors.Add(FieldError.Required("spec.validations", "validations or auditAnnotations must contain at least one item"));
        }
    }

    private List<PolicyExpression> Read(JsonObject? spec, string list, CelType? result)
    {
        var expressions = new List<PolicyExpression>();
        foreach (var (index, item) in (spec.Array(list) ?? []).OfType<JsonObject>().Index())
        {
            var path = $"spec.{list}[{index}]";
            var reason = item.Text("reason") ?? "";
            if (reason.Length > 0 && !Reasons.Contains(reason, StringComparer.Ordinal))
            {
                _errors.Add(FieldError.NotSupported(path + ".reason", $"\"{reason}\"", Reasons.Select(r => $"\"{r}\"")));
            }

            if (Compile(item, "expression", path, result) is not { } program)
            {
                continue;
            }

            var telling = string.IsNullOrEmpty(item.Text("messageExpression")) ? null : Compile(item, "messageExpression", path, CelType.Text);
            var read = new PolicyExpression(program, item.Text("expression")!.Trim())
            {
                Name = item.Text("name") ?? "",
                Message = (item.Text("message") ?? "").Trim(),
                MessageProgram = telling,
                Reason = reason,
            };
            if (result is null && !_variables.TryAdd(read.Name, program.Result))
            {
                _errors.Add(FieldError.Duplicate(path + ".name", $"\"{read.Name}\""));
                continue;
            }

            expressions.Add(read);
        }

        return expressions;
    }

    private CelProgram? Compile(JsonObject item, string name, string path, CelType? result)
    {
        var text = item.Text(name) ?? "";
        var at = $"{path}.{name}";
        if (string.IsNullOrWhiteSpace(text))
        {
            _errors.Add(FieldError.Required(at));
            return null;
        }

        try
        {
            _errors.Charge(text.Length);
            var program = CelProgram.Compile(text, _types);
            if (result is null || program.Result == result)
            {
                return program;
            }

            _errors.Add(FieldError.Invalid(at, JsonTree.ToText(text), $"must evaluate to {result}"));
        }
        catch (CelException e)
        {
            _errors.Add(FieldError.Invalid(at, JsonTree.ToText(text), "compilation failed: " + e.Message));
        }

        return null;
    }
}
