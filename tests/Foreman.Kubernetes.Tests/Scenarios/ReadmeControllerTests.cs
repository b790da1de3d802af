using Examples.Greetings;

namespace Foreman.Kubernetes.Tests.Scenarios;

public sealed class ReadmeControllerTests
{
    private const string Begin = "// <example>";
    private const string End = "// </example>";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_controller_in_the_readme_runs(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        await using var running = Running.Start(stop => GreetingProgram.RunAsync(cluster.AdminKubeconfigPath, stop));
        var greeting = new Greeting { Metadata = new() { Name = "hello", NamespaceProperty = ns }, Spec = new() { Text = "Hello!" } };
        await Eventually.TrueAsync(() => TryCreateAsync(client, greeting), "the kind to be served");

        await Eventually.TrueAsync(async () => await TextAsync(client, ns) == "Hello!", "the card to be written");
        await Eventually.TrueAsync(async () => (await client.ReadAsync<Greeting>("hello", ns)).Status?.Conditions.IsTrue("Ready") == true, "the status to be written");
        await client.DeleteAsync<V1ConfigMap>("hello-card", ns);
        await Eventually.TrueAsync(async () => await TextAsync(client, ns) == "Hello!", "the card to be written again");
        await client.DeleteAsync<Greeting>("hello", ns);
        await Eventually.TrueAsync(async () => await client.TryReadAsync<Greeting>("hello", ns) is null, "the greeting to go after its farewell");

        var told = (await client.ListAsync<CoreV1Event>(ns)).Items.Select(e => (e.Reason!, e.Source!.Component!)).Distinct().Order();
        Assert.Equal([("CardWritten", "greeter"), ("Farewell", "greeter")], told);
    }

    [Fact]
    public void The_controller_in_the_readme_is_the_one_that_runs()
    {
        var readme = File.ReadAllText(RepositoryRoot.At("src/Foreman.Kubernetes/README.md"));
        var shown = readme.Split("```csharp\n")[2].Split("```")[0];
        var source = File.ReadAllText(RepositoryRoot.At("tests/Foreman.Kubernetes.Tests/Scenarios/GreetingExample.cs"));
        var run = string.Concat(source.Split(Begin + "\n").Skip(1).Select(part => part.Split(End)[0]))
            .Replace("BuildConfigFromConfigFile(kubeconfig)", "BuildDefaultConfig()", StringComparison.Ordinal)
            .Replace("CreateEmptyApplicationBuilder(null)", "CreateApplicationBuilder(args)", StringComparison.Ordinal)
            .Replace("Definition)!, new() { Force = true }, stop)", "Definition)!, new() { Force = true })", StringComparison.Ordinal)
            .Replace("RunAsync(stop)", "RunAsync()", StringComparison.Ordinal);

        Assert.Equal(Lines(run), Lines(shown));
    }

    private static async Task<bool> TryCreateAsync(KubernetesClient client, Greeting greeting)
    {
        try
        {
            await client.CreateAsync(greeting);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private static async Task<string?> TextAsync(KubernetesClient client, string ns) =>
        (await client.TryReadAsync<V1ConfigMap>("hello-card", ns))?.Data?["text"];

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0);
}
