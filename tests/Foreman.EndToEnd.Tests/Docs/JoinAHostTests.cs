using Foreman.EndToEnd.Tests.Chart;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Docs;

[Collection(ChartCluster.Collection)]
public class JoinAHostTests(ChartCluster cluster)
{
    [Fact]
    public async Task The_page_works_as_written_against_a_real_api_server()
    {
        var server = await cluster.ServerAsync();
        await cluster.CleanAsync();
        using var home = new TempFolder();
        var programs = home.MakeFolder("bin");
        File.CreateSymbolicLink(Path.Combine(programs, "helm"), RealParts.Helm.PathOrSkip());
        File.CreateSymbolicLink(Path.Combine(programs, "kubectl"), RealParts.Kubectl.PathOrSkip());
        File.CreateSymbolicLink(Path.Combine(programs, "foreman-agent"), ReleasedBinaries.Agent);
        File.CreateSymbolicLink(Path.Combine(programs, "foreman-operator"), ReleasedBinaries.Operator);

        var run = await CommandRun.RunAsync(
            new ProcessRequest
            {
                Program = RepositoryRoot.At("hack/run-tutorial"),
                Arguments = ["docs/how-to/join-a-host.md"],
                WorkingDirectory = RepositoryRoot.Path,
                Environment = new Dictionary<string, string?>
                {
                    ["HOME"] = home.Path,
                    ["XDG_STATE_HOME"] = null,
                    ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["KUBECONFIG"] = server.AdminKubeconfigPath,
                },
            },
            TimeSpan.FromMinutes(4));

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("mac-1", await server.Kubectl.RunAsync("get", "serviceaccounts", "-n", "foreman-system-hosts", "-o", "name"), StringComparison.Ordinal);
    }
}
