namespace Foreman.Testing.Tests.Servers;

public class KubeApiServerTests
{
    [Theory, KubeApiServer]
    public async Task An_identity_may_do_what_its_roles_allow_and_nothing_else(IClusterUnderTest cluster)
    {
        var space = await cluster.NewNamespaceAsync();
        var host = new Kubectl(await cluster.KubeconfigForAsync("host-1", space));

        var refused = await host.TryAsync("get", "configmaps");
        await cluster.Kubectl.RunAsync("create", "role", "see", "--verb=list", "--resource=configmaps", "-n", space);
        await cluster.Kubectl.RunAsync("create", "rolebinding", "see", "--role=see", $"--serviceaccount={space}:host-1", "-n", space);

        Assert.Contains($"system:serviceaccount:{space}:host-1", refused.Error, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await host.TryAsync("get", "configmaps")).ExitCode == 0, "the role to be seen");
    }
}
