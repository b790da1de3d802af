using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

/// <summary>ValidatingAdmissionPolicies and their bindings, on both servers.</summary>
public sealed class PolicyTests
{
    private const string Policies = "apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private const string Bindings = "apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";

    private static string Policy(string name, string space, string validations, string more = "") => $$$"""
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","metadata":{"name":"{{{name}}}"},"spec":{
          "matchConstraints":{"resourceRules":[{"apiGroups":["test.foreman.dev"],"apiVersions":["*"],"operations":["CREATE","UPDATE","DELETE"],"resources":["widgets","widgets/status"]}]},
          "matchConditions":[{"name":"here","expression":"request.namespace == '{{{space}}}'"}],{{{more}}}
          "validations":[{{{validations}}}]} }
        """;

    private static string Binding(string name, string actions = "\"Deny\"") => $$$"""
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding","metadata":{"name":"{{{name}}}"},"spec":{"policyName":"{{{name}}}","validationActions":[{{{actions}}}]} }
        """;

    /// <summary>Stores a policy and its binding, and waits until a Widget of kind b is judged by it.</summary>
    private static async Task BindAsync(RawApi api, string policy, string binding)
    {
        var stored = await api.PostAsync(Policies, policy);
        Assert.True(stored.Code == 201, stored.Text);
        Assert.Equal(201, (await api.PostAsync(Bindings, binding)).Code);
        await Eventually.TrueAsync(
            async () => await api.PostAsync(api.Widgets + "?dryRun=All", RawApi.Widget("probe", """{"kind":"b"}""")) is var probe && (probe.Code is 403 or 422 || probe.Warnings.Count > 0),
            "the policy to hold");
    }

    private static async Task RemoveAsync(RawApi api, string name)
    {
        await api.DeleteAsync($"{Bindings}/{name}");
        await api.DeleteAsync($"{Policies}/{name}");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_policy_refuses_with_its_message_and_reason_where_it_is_bound(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var name = "p-" + api.Namespace;
        const string Variables = """ "variables":[{"name":"small","expression":"request.operation == 'DELETE' || !has(object.spec.size) || object.spec.size < 5"}],""";
        const string Validations = """
            {"expression":"request.operation == 'DELETE' || object.spec.kind != 'b'","message":"no b here","reason":"Forbidden"},
            {"expression":"variables.small","messageExpression":"'size ' + string(object.spec.size)"},
            {"expression":"request.operation != 'DELETE' || oldObject.metadata.name != 'kept'"},
            {"expression":"!has(request.subResource) || object.status.phase != 'Done'","message":"never Done"}
            """;
        await api.CreateAsync("before", """{"kind":"b"}""");
        await BindAsync(api, Policy(name, api.Namespace, Validations, Variables), Binding(name));

        var kind = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"b"}"""));
        Assert.Equal(
            (403, "Forbidden", $"widgets.test.foreman.dev \"one\" is forbidden: ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: no b here"),
            (kind.Code, kind.Reason, kind.Message));
        var size = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"a","size":7}"""));
        Assert.Equal((422, "Invalid"), (size.Code, size.Reason));
        Assert.EndsWith("denied request: size 7", size.Message);
        await api.CreateAsync("kept");
        Assert.EndsWith("denied request: no b here", (await api.MergePatchAsync(api.Widgets + "/kept", """{"spec":{"kind":"b"}}""")).Message);
        Assert.EndsWith("denied request: never Done", (await api.MergePatchAsync(api.Widgets + "/kept/status", """{"status":{"phase":"Done"}}""")).Message);
        Assert.EndsWith("denied request: failed expression: request.operation != 'DELETE' || oldObject.metadata.name != 'kept'", (await api.DeleteAsync(api.Widgets + "/kept")).Message);
        Assert.Equal(200, (await api.DeleteAsync(api.Widgets + "/before")).Code);

        await RemoveAsync(api, name);
        await Eventually.TrueAsync(async () => (await api.DeleteAsync(api.Widgets + "/kept")).Code == 200, "the policy to be gone");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_error_refuses_unless_the_policy_ignores_failures(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var name = "p-" + api.Namespace;
        await BindAsync(api, Policy(name, api.Namespace, """{"expression":"request.operation == 'DELETE' || object.spec.kind != 'b' || object.spec.none == 1"}"""), Binding(name));
        var refused = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"b"}"""));
        Assert.Equal(422, refused.Code);
        Assert.EndsWith("denied request: expression 'request.operation == 'DELETE' || object.spec.kind != 'b' || object.spec.none == 1' resulted in error: no such key: none", refused.Message);

        Assert.Equal(200, (await api.MergePatchAsync($"{Policies}/{name}", """{"spec":{"failurePolicy":"Ignore"}}""")).Code);
        await Eventually.TrueAsync(async () => (await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"b"}"""))).Code == 201, "failures to be ignored");
        await RemoveAsync(api, name);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_binding_that_warns_lets_the_write_pass(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var name = "p-" + api.Namespace;
        await BindAsync(api, Policy(name, api.Namespace, """{"expression":"request.operation == 'DELETE' || object.spec.kind != 'b'","message":"b is old"}"""), Binding(name, "\"Warn\""));
        var reply = await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"b"}"""));
        Assert.Equal(201, reply.Code);
        Assert.Equal([$"Validation failed for ValidatingAdmissionPolicy '{name}' with binding '{name}': b is old"], reply.Warnings);
        await RemoveAsync(api, name);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_policy_that_does_not_compile_is_refused(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        foreach (var (expression, fault) in new[]
        {
            ("object.spec.kind ==", "Syntax error"),
            ("nothing(object)", "undeclared reference to 'nothing'"),
            ("request.nothing == 'x'", "undefined field 'nothing'"),
            ("variables.nothing == 'x'", "undeclared reference to 'variables'"),
            ("object.spec.kind", "must evaluate to bool"),
            ("request.operation == 1", "found no matching overload for '_==_' applied to '(string, int)'"),
        })
        {
            var reply = await api.PostAsync(Policies, Policy("p-" + api.Namespace, api.Namespace, $$"""{"expression":"{{expression}}"}"""));
            Assert.Equal(422, reply.Code);
            Assert.Contains(reply.Causes, cause => cause.StartsWith("spec.validations[0].expression ", StringComparison.Ordinal) && cause.Contains(fault, StringComparison.Ordinal));
        }
    }
}
