using System.Globalization;
using System.Runtime.InteropServices;

namespace Foreman.Kubernetes.Contender;

/// <summary>
/// One of several processes that want to lead; tests pause, kill and cut them off. Says on standard output when it leads and
/// when it no longer does. SIGTERM ends it: it then releases the Lease.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var options = Options.Parse(args);
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(options.Kubeconfig));
        using var dedicated = client.Dedicated();
        var time = TimeProvider.System;
        var lease = new LeaseLock(dedicated, options.Namespace, Options.LeaseName, options.Identity, new() { Duration = options.Lease });
        var elector = new LeaderElector(new(lease)
        {
            RenewDeadline = options.Lease * 2 / 3,
            RetryPeriod = Min(options.Lease / 10, TimeSpan.FromSeconds(1)),
        });
        var writer = new LogWriter(client, options, time);
        Say("contends");
        while (!stop.IsCancellationRequested)
        {
            long term = 0;
            await elector.RunAsync(
                async leading =>
                {
                    var fence = elector.GetFence();
                    term = fence.Term;
                    await (options.Careless ? writer.WriteCarelesslyAsync(term) : writer.WriteAsync(fence, leading));
                },
                stop.Token);
            if (term > 0)
            {
                Say(string.Create(CultureInfo.InvariantCulture, $"lost {term}"));
            }
        }

        return 0;
    }

    public static void Say(string line) => Console.Out.WriteLine(line);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
