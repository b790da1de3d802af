using System.Text.Json.Nodes;
using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules of ValidatingAdmissionPolicies: each expression must compile, and nothing may be asked that is not done here.</summary>
internal sealed class PolicyRules : KindRules
{
    public override bool TracksGeneration => true;

    public override void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        if (errors.Count == 0)
        {
            PolicyReader.Read(root, errors);
        }
    }
}

/// <summary>Rules of ValidatingAdmissionPolicyBindings.</summary>
internal sealed class PolicyBindingRules : KindRules
{
    public override bool TracksGeneration => true;

    public override void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        if (root.Object("spec").Object("paramRef") is not null)
        {
            errors.Add(FieldError.Forbidden("spec.paramRef", "the dev cluster has no parameters of policies: write the values into the expressions"));
        }
    }
}
