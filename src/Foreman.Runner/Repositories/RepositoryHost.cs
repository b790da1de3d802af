using Foreman.Git;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Repositories;

/// <summary>The mirrors of this host, found when the first run needs them. All methods may be called at the same time.</summary>
internal sealed class RepositoryHost(RepositoryOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private MirrorStore? _store;

    public RepositoryOptions Options => options;

    /// <summary>The mirrors.</summary>
    /// <exception cref="GitException">There is no git that can be used.</exception>
    public async Task<MirrorStore> StoreAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return _store ??= new MirrorStore(
                options.MirrorFolder,
                await GitProgram.FindAsync(new GitOptions { StateFolder = options.StateFolder, Network = options.Network }, time, stop).ConfigureAwait(false),
                options.Credentials,
                options.Mirrors,
                logger);
        }
        finally
        {
            _ = _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
