using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments.Tests.Claims;

public sealed class SpecRulesTests
{
    [Fact]
    public void A_plain_spec_is_good() => Assert.Null(SpecRules.Check(Given.Deployment(), Given.Settings));

    [Fact]
    public void Every_fault_of_a_spec_is_told_at_once()
    {
        var deployment = Given.Deployment("shop", s => s with
        {
            TargetNamespace = "kube-system",
            TemplateRef = new() { Name = "t", Namespace = "other" },
            Config = new Dictionary<string, string> { ["a/b"] = "" },
            Secrets = [new() { Name = "Key", RemoteKey = "k", Env = "X" }, new() { Name = "other", RemoteKey = "k", Env = "X" }],
        });

        var refusal = SpecRules.Check(deployment, Given.Settings with { SecretStore = null })!;

        Assert.Equal(Reasons.SpecInvalid, refusal.Reason);
        Assert.Equal(
            "spec.templateRef.namespace: templates are read in team and in foreman-system, not in other; spec.targetNamespace: kube-system is of the cluster or of the operator; "
            + "spec.secrets: this operator has no secret store; set CLUSTER_SECRET_STORE; spec.secrets: `Key` is no name of lower-case letters, digits and inner dashes; "
            + "spec.secrets: the variable X stands there twice; spec.config: `a/b` is no key of letters, digits, dashes, underscores and dots.",
            refusal.Message);
    }

    [Fact]
    public void Templates_may_be_the_operators() =>
        Assert.Null(SpecRules.Check(Given.Deployment("shop", s => s with { TemplateRef = new() { Name = "t", Namespace = "foreman-system" } }), Given.Settings));

    [Fact]
    public void The_template_is_in_the_own_namespace_under_a_key_of_its_own_unless_it_is_said()
    {
        Assert.Equal((new ObjectKey("team", "templates"), "template.yaml"), SpecRules.TemplateOf(Given.Deployment()));
        var named = Given.Deployment("shop", s => s with { TemplateRef = new() { Name = "t", Namespace = "foreman-system", Key = "k" } });
        Assert.Equal((new ObjectKey("foreman-system", "t"), "k"), SpecRules.TemplateOf(named));
    }

    [Fact]
    public void A_namespace_that_is_there_must_be_the_own_or_made_for_it_or_labelled()
    {
        Assert.Equal(Reasons.NamespaceNotAllowed, Check("x", null)?.Reason);
        Assert.Equal(Reasons.NamespaceNotAllowed, Check("x", (Labels.UserDeploymentUid, "another"))?.Reason);
        Assert.Null(Check("x", (Labels.UserDeploymentUid, "shop-uid-0000")));
        Assert.Null(Check("x", (Labels.UserDeployments, "allowed")));
        Assert.Null(Check("team", null));

        static DeploymentRefusal? Check(string name, (string Key, string Value)? label) => SpecRules.CheckNamespace(
            new() { Metadata = new() { Name = name, Labels = label is var (key, value) ? new Dictionary<string, string> { [key] = value } : null } }, Given.Deployment());
    }
}
