using Foreman.DevCluster;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;

namespace Foreman.Operator.DevClusters;

/// <summary>Options of a local cluster.</summary>
/// <param name="Folder">Folder for its kubeconfig.</param>
/// <param name="Port">Port on 127.0.0.1; 0 takes a free one.</param>
/// <param name="Time">Clock.</param>
internal sealed record LocalClusterOptions(string Folder, int Port, TimeProvider Time);

/// <summary>The embedded dev cluster with Foreman's CRDs.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly DevClusterServer _server;

    private LocalCluster(DevClusterServer server) => _server = server;

    public Uri Url => _server.Url;

    public string KubeconfigPath => _server.KubeconfigPath;

    /// <summary>Starts it and applies the CRDs.</summary>
    /// <exception cref="ExitException">The port is taken, or the folder cannot be written.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        DevClusterServer server;
        try
        {
            Directory.CreateDirectory(options.Folder);
            server = await DevClusterServer.StartAsync(
                new DevClusterOptions { StateDirectory = options.Folder, Port = options.Port, TimeProvider = options.Time }, cancellationToken);
        }
        catch (IOException e) when (options.Port != 0 && Directory.Exists(options.Folder))
        {
            throw Ports.Taken(options.Port, e, "--port");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(
                ExitCodes.Failed, $"the embedded cluster cannot start in {options.Folder}: {Ports.Reason(e)}; choose another folder with --state-dir", e);
        }

        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.KubeconfigPath));
        await CrdInstaller.InstallAsync(client, options.Time, cancellationToken);
        return new LocalCluster(server);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
