using System.Runtime.InteropServices;
using Foreman.Kubernetes;

if (args.Length != 1)
{
    await Console.Error.WriteLineAsync("usage: kubernetes-watch NAMESPACE    prints the ConfigMaps of a namespace and their changes, until SIGTERM or Ctrl-C");
    return 2;
}

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    using var client = new KubernetesClient(KubernetesClientConfiguration.BuildDefaultConfig());
    Console.WriteLine($"{(await client.ListAsync<V1ConfigMap>(args[0], cancellationToken: stop.Token)).Items.Count} ConfigMaps");
    var reflector = new Reflector<V1ConfigMap>(client, new ReflectorOptions { Namespaces = [args[0]] });
    using var subscription = reflector.Store.Subscribe(change => Console.WriteLine($"{change.Type} {change.Object.Name()}"));
    await reflector.RunAsync(stop.Token);
    return 0;
}
catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or KubeConfigException)
{
    await Console.Error.WriteLineAsync($"kubernetes-watch: {e.Message}");
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
