namespace Foreman.Testing;

/// <summary>The real kubectl with one kubeconfig.</summary>
public sealed class Kubectl(string kubeconfig)
{
    /// <summary>The kubeconfig in use.</summary>
    public string Kubeconfig { get; } = kubeconfig;

    /// <summary>Runs kubectl to its end, whatever its exit code. Skips the test when there is no kubectl.</summary>
    public Task<CommandRun> TryAsync(params string[] arguments) => CommandRun.RunAsync(Request(arguments));

    /// <summary>Runs kubectl; fails with all it said when the exit code is not 0.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).Succeeded().Output;

    /// <summary>Runs <c>kubectl apply -f -</c> (with more arguments, if given) on a manifest.</summary>
    public async Task<string> ApplyAsync(string yaml, params string[] more) =>
        (await CommandRun.RunAsync(Request(["apply", "-f", "-", .. more]) with { Input = yaml })).Succeeded().Output;

    /// <summary>Runs kubectl with a text on its standard input, whatever its exit code.</summary>
    public Task<CommandRun> TryWithInputAsync(string input, params string[] arguments) =>
        CommandRun.RunAsync(Request(arguments) with { Input = input });

    /// <summary>Starts kubectl and leaves it running, for watches.</summary>
    public RealProcess Start(params string[] arguments) => RealProcess.Start(Request(arguments));

    // A cache folder beside the kubeconfig: discovery answers of another cluster on the same port must not be remembered.
    private ProcessRequest Request(string[] arguments) => new()
    {
        Program = RealParts.Kubectl.PathOrSkip(),
        Arguments = ["--kubeconfig", Kubeconfig, "--cache-dir", Kubeconfig + ".cache", .. arguments],
    };
}
