using System.Globalization;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Election;

/// <summary>A process that contends, and the way between it and the API server, which a test can block.</summary>
internal sealed class Contender(string identity, FaultProxy proxy, RealProcess process) : IAsyncDisposable
{
    public string Identity => identity;

    public FaultProxy Proxy => proxy;

    public RealProcess Process => process;

    /// <summary>Waits until it has found out itself that it does not lead in that term any more.</summary>
    public Task LosesAsync(long term) => process.WaitForLineAsync($"^lost {term.ToString(CultureInfo.InvariantCulture)}$", Contenders.Patience);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await proxy.DisposeAsync();
    }
}

/// <summary>Processes that contend for one Lease.</summary>
internal sealed class Contenders(IClusterUnderTest cluster, string space, TimeSpan lease) : IAsyncDisposable
{
    private readonly List<Contender> _all = [];
    private int _started;

    /// <summary>Many times what a takeover needs: a slow machine may lose a leader or two on the way.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    private static string Executable { get; } = RepositoryRoot.At("artifacts/bin/Foreman.Kubernetes.Contender/release/Foreman.Kubernetes.Contender");

    public async Task<Contender> StartAsync(bool careless = false)
    {
        var identity = $"c{++_started}";
        var proxy = await FaultProxy.StartAsync(cluster);
        var contender = new Contender(identity, proxy, RealProcess.Start(
            Executable,
            [proxy.KubeconfigPath, space, identity, lease.TotalSeconds.ToString(CultureInfo.InvariantCulture), .. careless ? new[] { "careless" } : []]));
        _all.Add(contender);
        return contender;
    }

    public Contender Of(LogEntry entry) => _all.Single(c => c.Identity == entry.Identity);

    /// <summary>What all of them have said, for the message of a failure.</summary>
    public string Said() => string.Join('\n', _all.Select(c => $"--- {c.Identity}\n{c.Process.Output}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var contender in _all)
        {
            await contender.DisposeAsync();
        }
    }
}
