using System.Globalization;
using Foreman.Testing;

namespace Foreman.Bench.Fleet;

/// <summary>What an operator took while nothing happened.</summary>
/// <param name="ProcessorSeconds">Processor time.</param>
/// <param name="Length">How long it was measured.</param>
/// <param name="Writes">What it wrote in that time.</param>
/// <param name="ResidentMB">Resident memory afterwards, in MB (10⁶ bytes): median of 9 samples.</param>
internal sealed record OperatorUse(double ProcessorSeconds, TimeSpan Length, OperatorWrites Writes, double ResidentMB)
{
    /// <summary>Processor time, in seconds a minute.</summary>
    public double PerMinute => ProcessorSeconds / Length.TotalMinutes;

    /// <summary>Share of one core, in per cent.</summary>
    public double CorePercent => 100 * ProcessorSeconds / Length.TotalSeconds;
}

/// <summary>An operator as a process of its own, and what can be seen of it from outside.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private const int Samples = 9;

    // Fewer writes than this in so long a time are next to none.
    private const long FewWrites = 3;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RestPatience = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new("foreman-bench-");
    private readonly HttpClient _http = new();
    private readonly TimeProvider _time;
    private readonly string _address;
    private readonly RealProcess _process;

    private OperatorProcess(string kubeconfig, TimeProvider time)
    {
        _time = time;
        _address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Next()}");
        _process = RealProcess.Start(
            ReleasedBinaries.Operator, "--kubeconfig", kubeconfig, "--metrics-bind-address", _address, "--health-probe-bind-address", _address, "--state-dir", _folder["state"]);
    }

    /// <summary>Starts one, and waits until it has made a first decision.</summary>
    public static async Task<OperatorProcess> StartAsync(FleetCluster cluster, TimeProvider time)
    {
        var started = new OperatorProcess(cluster.Kubeconfig, time);
        try
        {
            await Eventually.TrueAsync(() => started.IsReadyAsync(), "the operator to be ready", StartPatience);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it writes next to nothing any more.</summary>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="TimeoutException">It goes on writing.</exception>
    public async Task RestAsync(CancellationToken stop)
    {
        var begun = _time.GetTimestamp();
        var before = await WritesAsync(stop);
        while (true)
        {
            await Task.Delay(Quiet, _time, stop);
            var now = await WritesAsync(stop);
            if (now.Since(before).Objects < FewWrites)
            {
                return;
            }

            if (_time.GetElapsedTime(begun) >= RestPatience)
            {
                throw new TimeoutException(FormattableString.Invariant(
                    $"the operator went on writing for {RestPatience.TotalMinutes:0} minutes: {now.Since(before).Objects} times in the last {Quiet.TotalSeconds:0} s"));
            }

            before = now;
        }
    }

    /// <summary>Measures what it takes; the calls that ask it for its writes don't count.</summary>
    /// <param name="length">How long.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<OperatorUse> MeasureAsync(TimeSpan length, CancellationToken stop)
    {
        var before = await WritesAsync(stop);
        var (begun, processor) = (_time.GetTimestamp(), ProcessorSeconds());
        await Task.Delay(length, _time, stop);
        var (took, seconds) = (_time.GetElapsedTime(begun), ProcessorSeconds() - processor);
        var writes = (await WritesAsync(stop)).Since(before);
        return new OperatorUse(seconds, took, writes, await ResidentMBAsync(stop));
    }

    /// <summary>Ends it as Kubernetes would; it may have ended already.</summary>
    public Task StopAsync() => _process.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _process.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        ThrowIfEnded();
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{_address}/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<OperatorWrites> WritesAsync(CancellationToken stop)
    {
        ThrowIfEnded();
        return OperatorWrites.Of(await _http.GetStringAsync(new Uri($"http://{_address}/metrics"), stop));
    }

    private async Task<double> ResidentMBAsync(CancellationToken stop)
    {
        var samples = new List<double>();
        for (var i = 0; i < Samples; i++)
        {
            samples.Add(Memory.Of(_process.Id)?.ResidentMB ?? throw new InvalidOperationException("this system does not tell the memory of a process"));
            await Task.Delay(BetweenSamples, _time, stop);
        }

        return FleetResult.Median(samples);
    }

    private double ProcessorSeconds() => Memory.ProcessorSeconds(_process.Id) ?? throw new InvalidOperationException("this system does not tell the processor time of a process");

    private void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"the operator ended with exit code {_process.ExitCode}:\n{_process.Output}");
        }
    }
}
