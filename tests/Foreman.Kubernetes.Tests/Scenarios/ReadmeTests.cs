namespace Foreman.Kubernetes.Tests.Scenarios;

public sealed class ReadmeTests
{
    private const string Begin = "        // <example>";
    private const string End = "        // </example>";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_example_in_the_readme_runs(IClusterUnderTest cluster)
    {
        var ns = await cluster.NewNamespaceAsync();
        var path = cluster.AdminKubeconfigPath;
        using var deadline = TestDeadline.Start();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);

        var seen = await ExampleAsync(path, ns, ended.Token);
        await ended.CancelAsync();

        Assert.Equal("good evening", seen.Store.Get("greeting", ns)!.Data!["text"]);
    }

    [Fact]
    public void The_example_in_the_readme_is_the_one_that_runs()
    {
        var readme = File.ReadAllText(RepositoryRoot.At("src/Foreman.Kubernetes/README.md"));
        var shown = readme.Split("```csharp\n")[1].Split("```")[0];
        var source = File.ReadAllText(RepositoryRoot.At("tests/Foreman.Kubernetes.Tests/Scenarios/ReadmeTests.cs"));
        var run = source.Split(Begin + "\n")[1].Split(End)[0];

        Assert.Equal(Lines(shown), Lines(run.Replace("BuildConfigFromConfigFile(kubeconfig)", "BuildDefaultConfig()", StringComparison.Ordinal)));
    }

    private static async Task<Reflector<V1ConfigMap>> ExampleAsync(string kubeconfig, string ns, CancellationToken stop)
    {
        // <example>
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig), new() { FieldManager = "greeter" });

        var greeting = new V1ConfigMap
        {
            Metadata = new() { Name = "greeting", NamespaceProperty = ns },
            Data = new Dictionary<string, string> { ["text"] = "good morning" },
        };
        await client.CreateAsync(greeting, cancellationToken: stop);

        // Keep a store equal to what the server holds, and get each change once, in order.
        var reflector = new Reflector<V1ConfigMap>(client, new() { Namespaces = [ns], FieldSelector = Selectors.Equal("metadata.name", "greeting") });
        var watching = reflector.RunAsync(stop);
        await reflector.Ready.WaitAsync(stop);

        // Change it only if nobody else has: the tests and the change are one request.
        var patch = V1Patch.Json(
            JsonPatchOperation.Test("/data/text", "good morning"),
            JsonPatchOperation.Replace("/data/text", "good evening"));
        try
        {
            await client.PatchAsync<V1ConfigMap>(patch, "greeting", ns, cancellationToken: stop);
        }
        catch (KubernetesException e) when (e.IsTestFailed)
        {
            Console.Error.WriteLine("the object has changed meanwhile");
        }

        await foreach (var change in reflector.EventsAsync(stop))
        {
            if (change.Object.Data!["text"] == "good evening")
            {
                break;
            }
        }

        // </example>
        Assert.False(watching.IsCompleted);
        return reflector;
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0);
}
