using System.Text.Json.Nodes;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Admission;

/// <summary>Judges writes by the policies that are stored and bound; called under the store's lock.</summary>
internal sealed class AdmissionPolicies
{
    public const string Policies = "validatingadmissionpolicies." + Group;
    public const string Bindings = "validatingadmissionpolicybindings." + Group;

    // What decides about policies is decided by none, so that a wrong one can be taken away.
    private const string Group = "admissionregistration.k8s.io";

    private readonly ObjectStore _store;
    private List<(AdmissionPolicy Policy, IReadOnlyList<JsonObject> Bindings)>? _bound;

    public AdmissionPolicies(ObjectStore store)
    {
        _store = store;
        store.Changed += (groupResource, _) => _bound = groupResource is Policies or Bindings ? null : _bound;
    }

    /// <exception cref="ApiException">A policy refuses the write, with the code of its reason.</exception>
    public void Check(AdmissionRequest request, List<string> warnings)
    {
        var bound = _bound ??= Load();
        if (bound.Count == 0 || request.Type.Group == Group)
        {
            return;
        }

        var space = request.Type.Namespaced ? _store.Find(NamespaceLifecycle.Namespaces, new ObjectName("", request.Name.Namespace))?.Root : null;
        var labels = space.Object("metadata").Object("labels");
        var denials = new List<Denial>();
        foreach (var (policy, bindings) in bound)
        {
            var meant = bindings.Where(binding => new PolicyMatch(binding.Object("spec").Object("matchResources")).Matches(request, labels, needsRules: false)).ToList();
            if (meant.Count == 0 || !policy.Match.Matches(request, labels, needsRules: true))
            {
                continue;
            }

            foreach (var (message, reason) in new PolicyRun(policy, request, space).Violations())
            {
                Tell(policy, meant, message, reason, denials, warnings);
            }
        }

        if (denials.Count > 0)
        {
            throw ApiErrors.Denied(request.Type, request.Name.Name, denials[0].Told, denials[0].Reason);
        }
    }

    private static void Tell(AdmissionPolicy policy, List<JsonObject> bindings, string message, string reason, List<Denial> denials, List<string> warnings)
    {
        foreach (var binding in bindings)
        {
            var name = binding.Object("metadata").Text("name");
            var actions = (binding.Object("spec").Array("validationActions") ?? []).Select(JsonTree.AsText).ToList();
            if (actions.Contains("Deny", StringComparer.Ordinal))
            {
                denials.Add(new Denial($"ValidatingAdmissionPolicy '{policy.Name}' with binding '{name}' denied request: {message}", reason));
            }

            if (actions.Contains("Warn", StringComparer.Ordinal))
            {
                warnings.Add($"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{name}': {message}");
            }
        }
    }

    private sealed record Denial(string Told, string Reason);

    private List<(AdmissionPolicy Policy, IReadOnlyList<JsonObject> Bindings)> Load()
    {
        var bindings = _store.Snapshot(Bindings).Objects.Values.Select(item => item.Root).ToLookup(root => root.Object("spec").Text("policyName") ?? "", StringComparer.Ordinal);
        return
        [
            .. _store.Snapshot(Policies).Objects.Values
                .Where(item => bindings.Contains(item.Name.Name))
                .Select(item => (PolicyReader.Read(item.Root, new FieldErrors()), (IReadOnlyList<JsonObject>)[.. bindings[item.Name.Name]])),
        ];
    }
}

/// <summary>One policy on one write: variables are computed when they are looked at, once.</summary>
internal sealed class PolicyRun
{
    private readonly AdmissionPolicy _policy;
    private readonly Dictionary<string, CelValue> _values;
    private long _left = RuleValidator.ObjectLimit;

    public PolicyRun(AdmissionPolicy policy, AdmissionRequest request, JsonObject? space)
    {
        _policy = policy;
        _values = new Dictionary<string, CelValue>(StringComparer.Ordinal)
        {
            ["object"] = CelFree.ValueOf(request.Object),
            ["oldObject"] = CelFree.ValueOf(request.OldObject),
            ["namespaceObject"] = CelFree.ValueOf(space),
            ["request"] = CelFree.ValueOf(request.ToJson()),
        };
        _values["variables"] = new CelComputed(policy.Variables.ToDictionary(
            variable => variable.Name,
            variable => new Lazy<CelValue>(() => Evaluate(variable.Program), LazyThreadSafetyMode.None),
            StringComparer.Ordinal));
    }

    /// <summary>What is wrong with the write, each with the reason to tell.</summary>
    public IEnumerable<(string Message, string Reason)> Violations()
    {
        // One condition that is false is enough, whatever the others say.
        string? failed = null;
        foreach (var condition in _policy.Conditions)
        {
            switch (Guarded(condition))
            {
                case CelBool { Value: true }:
                    break;
                case CelError error:
                    failed ??= Failed(condition, error);
                    break;
                default:
                    return [];
            }
        }

        if (failed is not null)
        {
            return _policy.FailsClosed ? [(failed, "")] : [];
        }

        var violations = new List<(string Message, string Reason)>();
        foreach (var validation in _policy.Validations)
        {
            if (Judge(validation) is { } violation)
            {
                violations.Add(violation);
            }
        }

        return violations;
    }

    private (string Message, string Reason)? Judge(PolicyExpression validation) => Guarded(validation) switch
    {
        CelBool { Value: true } => null,
        CelError error => _policy.FailsClosed ? (Failed(validation, error), "") : null,
        _ => (Told(validation), validation.Reason),
    };

    private string Told(PolicyExpression validation)
    {
        if (validation.MessageProgram is { } program && Guarded(validation with { Program = program }) is CelText { Value: var told } && told.Trim() is { Length: > 0 } text && !text.Contains('\n'))
        {
            return text;
        }

        return validation.Message.Length > 0 ? validation.Message : $"failed expression: {validation.Text}";
    }

    private static string Failed(PolicyExpression expression, CelError error) => $"expression '{expression.Text}' resulted in error: {error.Message}";

    /// <summary>The value of an expression; one that costs too much is an error, and what comes after it too.</summary>
    private CelValue Guarded(PolicyExpression expression)
    {
        try
        {
            var value = Evaluate(expression.Program);
            return value is CelError or CelBool or CelText ? value : CelValue.NoOverload;
        }
        catch (CelCostException e)
        {
            _left = 0;
            return new CelError(e.Message);
        }
    }

    private CelValue Evaluate(CelProgram program)
    {
        var run = program.Start(Math.Min(RuleValidator.CallLimit, _left));
        try
        {
            return program.Evaluate(_values, run);
        }
        finally
        {
            _left -= run.Cost;
        }
    }
}
