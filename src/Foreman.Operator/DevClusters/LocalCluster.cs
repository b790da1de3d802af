using System.Text;
using Foreman.Api;
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

/// <summary>The embedded dev cluster with Foreman's CRDs and admission policies.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly DevClusterServer _server;

    private LocalCluster(DevClusterServer server) => _server = server;

    public Uri Url => _server.Url;

    public string KubeconfigPath => _server.KubeconfigPath;

    /// <summary>Starts it and applies the CRDs and the policies.</summary>
    /// <exception cref="ExitException">The port is taken, or the folder cannot be written.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        DevClusterServer server;
        try
        {
            Directory.CreateDirectory(options.Folder);
            server = await DevClusterServer.StartAsync(
                new DevClusterOptions
                {
                    StateDirectory = options.Folder,
                    Port = options.Port,
                    TimeProvider = options.Time,
                    Namespaces = [LocalIdentities.ForemanNamespace, Labels.HostsNamespace(LocalIdentities.ForemanNamespace)],
                },
                cancellationToken);
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
        await PolicyInstaller.InstallAsync(client, LocalIdentities.ForemanNamespace, LocalIdentities.OperatorAccount, cancellationToken);
        return new LocalCluster(server);
    }

    /// <summary>Writes a kubeconfig beside the cluster's own that differs from it in the token; only its owner may read it.</summary>
    /// <param name="name">Name of the file, without its extension.</param>
    /// <param name="token">Bearer token.</param>
    /// <returns>Where it is.</returns>
    public string WriteKubeconfig(string name, string token)
    {
        var path = Path.Combine(Path.GetDirectoryName(KubeconfigPath)!, name + ".kubeconfig");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        stream.Write(Encoding.UTF8.GetBytes(File.ReadAllText(KubeconfigPath).Replace(_server.Token, token, StringComparison.Ordinal)));
        return path;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
